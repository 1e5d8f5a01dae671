// At least half of the element is in view, and still is when the wait is over.
export default (page, { selector }, go) =>
  page.parts.seek(selector, (element) => {
    let seen = false;
    const watch = new IntersectionObserver(
      ([...all]) => {
        const was = seen;
        // A hair less: half of an odd height is no exact number.
        seen = all.pop().intersectionRatio > 0.49;
        if (seen && !was) go(undefined, () => seen);
      },
      { threshold: 0.5 },
    );
    watch.observe(element);
    return () => watch.disconnect();
  });
