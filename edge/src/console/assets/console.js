// Makes the console better where scripts run; nothing needs it.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  const word = button.textContent;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // Without the right to the clipboard: select it, for the keyboard.
      getSelection().selectAllChildren(button.parentElement.querySelector('pre'));
      return;
    }
    button.textContent = document.body.dataset.copied;
    setTimeout(() => { button.textContent = word; }, 2000);
  });
}

// Rows of a table are filtered while one types.
for (const field of document.querySelectorAll('[data-filter]')) {
  field.closest('.field').hidden = false;
  const rows = document.querySelectorAll(`#${field.dataset.filter} tbody tr`);
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll('[data-menu][open]')) {
    if (menu !== except) menu.open = false;
  }
};
document.addEventListener('click', (event) => closeMenus(event.target.closest('[data-menu]')));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    const menu = document.querySelector('[data-menu][open]');
    closeMenus();
    menu?.querySelector('summary').focus();
  }
  const isTyping = event.target.closest?.('input, textarea, select, [contenteditable]');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector('input[type=search]');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// What stands in the navigation's row on a phone is scrolled to.
document.querySelector('.side nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
// A form that was refused: the first field that is wrong.
document.querySelector('[aria-invalid=true]')?.focus();
