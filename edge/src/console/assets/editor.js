// The editor's preview: what the form holds is sent to the frame once typing pauses.
{
  const form = document.querySelector('#editor');
  const panel = document.querySelector('.preview [data-preview]');
  if (form && panel) {
    const button = panel.querySelector('button');
    const holder = document.querySelector('.preview .frame');
    let frame = holder.querySelector('iframe');
    let timer;
    panel.hidden = holder.hidden = false;
    button.hidden = true;
    const show = () => {
      // A new frame each time: the address of one that is there would become a step of the browser's history. Inert, as a card
      // takes the focus, and somebody is typing.
      const next = frame.cloneNode();
      next.inert = true;
      frame.replaceWith(next);
      frame = next;
      form.requestSubmit(button);
    };
    const awake = () => { frame.inert = false; };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(show, 500);
    };
    for (const kind of ['pointerenter', 'focusin']) holder.parentElement.addEventListener(kind, awake);
    form.addEventListener('input', soon);
    panel.addEventListener('change', soon);
    show();
  }
}
