// A copy of the document as HTML that shows how it is built. It holds nothing that was typed, no script, and nothing
// that could be a key: values of controls, queries of addresses, attributes with telling names, and whatever is as
// long as a key. The copy is made in a document of its own, in which nothing loads.
(() => {
  const LENGTH_MAX = 2 * 1024 * 1024;
  const GONE = 'script, noscript, template, iframe, object, embed, base, link, input[type=hidden]';
  const TELLING = /token|csrf|xsrf|secret|auth|session|passw|nonce|jwt|cookie|(^|[-_])key($|[-_])/i;
  const ADDRESSES = ['href', 'src', 'action', 'formaction', 'poster', 'data', 'cite', 'background', 'srcset', 'ping'];
  const REMOVED = '[removed]';
  // Digits among them, so that long words of style sheets stay.
  const withoutKeys = (text) => text.replace(/[A-Za-z0-9_+/=.-]{32,}/g, (run) => (/\d/.test(run) ? REMOVED : run));

  const address = (text) => {
    if (/^\s*(data|blob|javascript):/i.test(text)) return REMOVED;
    return text.split(/[?#]/, 1)[0];
  };

  const other = document.implementation.createHTMLDocument('');
  const copy = other.importNode(document.documentElement, true);
  for (const gone of copy.querySelectorAll(GONE)) gone.remove();
  for (const typed of copy.querySelectorAll('textarea, [contenteditable]')) typed.textContent = REMOVED;

  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name, value } of [...element.attributes]) {
      const isControl = name === 'value' && element.matches('input, option, button, progress, meter');
      if (name.startsWith('on') || name === 'srcdoc' || name === 'style') element.removeAttribute(name);
      else if (isControl || TELLING.test(name)) element.setAttribute(name, REMOVED);
      else if (ADDRESSES.includes(name)) element.setAttribute(name, address(value));
      else if (name === 'content' && TELLING.test(`${element.getAttribute('name')} ${element.getAttribute('property')}`)) {
        element.setAttribute(name, REMOVED);
      } else if (name !== 'class') element.setAttribute(name, withoutKeys(value));
    }
  }

  const walker = other.createTreeWalker(copy, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    if (node.nodeType === Node.COMMENT_NODE) node.remove();
    else node.data = withoutKeys(node.data);
  }

  const html = `<!DOCTYPE html>\n${copy.outerHTML}`;
  return html.length > LENGTH_MAX ? `${html.slice(0, LENGTH_MAX)}\n(cut off)` : html;
})()
