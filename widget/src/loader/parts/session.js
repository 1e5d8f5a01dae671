// What a tab remembers of its session: reads, and writes where there is a value.
export default ((memory) => (page, key, value) => {
  const name = page.prefix + key;
  try {
    if (value != null) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {
    return value == null ? memory[key] : (memory[key] = value);
  }
})({});
