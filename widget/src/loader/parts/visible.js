// At least half of the element is in view, or half of the window is its, and still is when the wait is over.
export default (page, trigger, go) =>
  page.parts.seek(trigger.selector, (element) => {
    let seen = false;
    const watch = new IntersectionObserver(
      ([...all]) => {
        const was = seen;
        const { intersectionRatio, intersectionRect } = all.pop();
        // A hair less: half of an odd height is no exact number. What is higher than the window fills half of that.
        seen = intersectionRatio > 0.49 || intersectionRect.height > innerHeight / 2;
        if (seen && !was) go({ ...trigger, holds: () => seen });
      },
      { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5] },
    );
    watch.observe(element);
    return () => watch.disconnect();
  });
