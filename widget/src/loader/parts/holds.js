// Tests flat rules as `survey/src/audience/rule.rs` does; `survey/tests/audience.json` keeps the two alike. A rule is
// `[fact, test, not?, …another rule]`, of which either suffices; a test is a pattern or `[least, most]`.
export default function holds(rules, fact) {
  return rules.every(([name, test, not, ...or]) => {
    const value = fact(name);
    const passes =
      value != null &&
      (test.trim
        ? new RegExp(test, 'u').test(value)
        : /^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(value) && +value >= (test[0] ?? +value) && +value <= (test[1] ?? +value));
    return passes != (not || 0) || (or[0] && holds([or], fact));
  });
}
