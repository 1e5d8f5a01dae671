// The page is there. A delay is this with a wait.
export default (page, trigger, go) => go(trigger);
