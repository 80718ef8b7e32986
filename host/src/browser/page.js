// What the host runs inside a page: finding, reading, scrolling and waiting. The host sends this text in front
// of a call with every script command, so that no page is changed by it and nothing outlives a document.
//
// Every call answers { at, ok }, { at, json } or { at, error: [code, text] }; `at` is the page's time in
// milliseconds of the wall clock, read from one monotonic source for a document. Long answers go as JSON text:
// the driver looks into every value of an answer for elements, and a text is one value.
const gantry = (() => {
  const now = () => performance.timeOrigin + performance.now();
  const fold = (text) => text.replace(/\s+/g, ' ').trim();

  class Refused extends Error {
    constructor(code, text) { super(text); this.code = code; }
  }

  const answer = (work) => {
    const at = now();
    try {
      return { at, ok: work() };
    } catch (error) {
      if (error instanceof Refused) return { at, error: [error.code, error.message] };
      if (error instanceof DOMException) return { at, error: ['invalid-argument', error.message] };
      throw error;
    }
  };

  const answerText = (work) => {
    const { at, ok, error } = answer(work);
    return error ? { at, error } : { at, json: JSON.stringify(ok) };
  };

  // Locators. Meaning: wit/types.wit.

  const withText = (text, scope) => {
    const matches = (element) => fold(element.textContent) === text;
    return [...scope.querySelectorAll('*')].filter(
      (element) => matches(element) && ![...element.children].some(matches));
  };

  const CONTROL = 'input, textarea, select, button, mat-select, [role=combobox], [role=listbox]';

  const labelled = (text, scope) => {
    const said = (label) => fold(label.textContent).replace(/\s*\*$/, '') === text;
    const controls = [...scope.querySelectorAll('label, mat-label')].filter(said).map((label) =>
      label.control
      ?? label.querySelector(CONTROL)
      ?? label.closest('mat-form-field')?.querySelector(CONTROL));
    const named = [...scope.querySelectorAll('[aria-label]')].filter(
      (element) => fold(element.getAttribute('aria-label')) === text);
    return [...new Set([...controls.filter(Boolean), ...named])];
  };

  const byXpath = (path, scope) => {
    const found = document.evaluate(path, scope, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return Array.from({ length: found.snapshotLength }, (_, index) => found.snapshotItem(index))
      .filter((node) => node instanceof Element);
  };

  const all = ({ by, value }, scope) => {
    switch (by) {
      case 'css': return [...scope.querySelectorAll(value)];
      case 'xpath': return byXpath(value, scope);
      case 'text': return withText(fold(value), scope);
      case 'label': return labelled(fold(value), scope);
      default: throw new Refused('invalid-argument', `locator ${by}`);
    }
  };

  const first = (locator, scope) =>
    locator.by === 'css' ? scope.querySelector(locator.value) : all(locator, scope)[0] ?? null;

  const visible = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: false })
    && element.getClientRects().length > 0;

  const enabled = (element) =>
    !element.matches(':disabled') && element.getAttribute('aria-disabled') !== 'true';

  // Reading a list.

  const taken = ({ at, take }, row) => {
    if (take.what === 'all-text') {
      const all_ = at === null ? [row] : all(at, row);
      return all_.length === 0 ? null : all_.map((element) => fold(element.textContent)).join('\n');
    }
    const element = at === null ? row : first(at, row);
    if (element === null) return null;
    switch (take.what) {
      case 'text': return fold(element.textContent);
      case 'own-text': return fold([...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join(' '));
      case 'attribute': return element.getAttribute(take.name);
      default: throw new Refused('invalid-argument', `take ${take.what}`);
    }
  };

  const read = (rows, columns, start) => {
    const found = all(rows, document);
    return {
      total: found.length,
      rows: found.slice(start).map((row) => columns.map((column) => taken(column, row))),
    };
  };

  // Scrolling.

  const scroll = (container, { to, px }) => {
    const element = first(container, document);
    if (element === null) return null;
    const top = { top: 0, end: element.scrollHeight, by: element.scrollTop + (px ?? 0) }[to];
    element.scrollTo({ top, behavior: 'instant' });
    return {
      offset: Math.round(element.scrollTop),
      viewport: element.clientHeight,
      extent: element.scrollHeight,
    };
  };

  // The page hears of the scrolling in the next frame, just before the callback: whatever it asks its server
  // for is under way while the rows are read, and cannot be answered before they are.
  const scrollAndRead = (container, rows, columns, start, done) => {
    const scrolled = answer(() => scroll(container, { to: 'end' }));
    if (scrolled.error) return done(scrolled);
    let over = false;
    const finish = () => {
      if (over) return;
      over = true;
      done({ ...answerText(() => [scrolled.ok, read(rows, columns, start)]), at: scrolled.at });
    };
    requestAnimationFrame(finish);
    // A window that nobody can see has no frames.
    setTimeout(finish, 100);
    return undefined;
  };

  const choose = (element, text) => {
    if (!(element instanceof HTMLSelectElement)) throw new Refused('not-interactable', 'not a select');
    const options = [...element.options].filter((option) => fold(option.text) === fold(text));
    if (options.length !== 1) {
      const offered = [...element.options].map((option) => fold(option.text)).join(' | ');
      throw new Refused('not-interactable', `${options.length} options say "${text}"; offered: ${offered}`);
    }
    element.value = options[0].value;
    element.dispatchEvent(new Event('input', { bubbles: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
    return null;
  };

  // Waiting. Answers { is: index } for a condition, { still: index } when the page looks as if a condition of
  // quietness held (the host then asks the driver whether requests are open), or { hidden } at the end of the slice.
  // With `growing`, the first condition is that its list has grown; what is then done at once comes as `then`.

  const holds = (condition) => {
    switch (condition.is) {
      case 'present': return first(condition.what, document) !== null;
      case 'absent': return first(condition.what, document) === null;
      case 'visible': return all(condition.what, document).some(visible);
      case 'enabled': return all(condition.what, document).some((e) => visible(e) && enabled(e));
      case 'count-over': return all(condition.what, document).length > condition.over;
      case 'at-site': return location.origin === condition.origin;
      default: return false;
    }
  };

  const ownAnswers = (since) => performance.getEntriesByType('resource').filter(
    (entry) => ['fetch', 'xmlhttprequest'].includes(entry.initiatorType)
      && performance.timeOrigin + entry.startTime >= since);

  const wait = (conditions, slice, since, silence, seen, growing, done) => {
    performance.setResourceTimingBufferSize(5000);
    const started = now();
    let changed = started;
    let timer;
    const finish = (ok) => {
      clearTimeout(timer);
      observer.disconnect();
      if (ok.is !== 0 || growing === null) return done({ at: now(), ok });
      const { container, rows, columns, start } = growing;
      return scrollAndRead(container, rows, columns, start, ({ at, error, json }) =>
        done(error ? { at, error } : { at, ok: { is: 0, then: json } }));
    };
    const quiet = (sliceOver) => {
      if (!conditions.some(({ is }) => is === 'answered' || is === 'quiet')) return undefined;
      // A page that nobody can see has no frames: it does not hear that it was scrolled, and its silence says
      // nothing.
      if (document.hidden) return undefined;
      const answers = ownAnswers(since);
      const ended = answers.reduce(
        (latest, entry) => Math.max(latest, performance.timeOrigin + entry.responseEnd), 0);
      const still = now() - Math.max(changed, ended);
      const index = conditions.findIndex(({ is, quiet_ms }) =>
        (is === 'answered' && answers.length > (sliceOver ? 0 : seen) && still >= quiet_ms)
        || (is === 'quiet' && still >= Math.max(quiet_ms, silence)));
      return index < 0 ? undefined : { still: index, answers: answers.length };
    };
    const look = () => {
      try {
        const index = conditions.findIndex(holds);
        if (index >= 0) return finish({ is: index });
        const sliceOver = now() - started >= slice;
        const candidate = quiet(sliceOver);
        if (candidate) return finish(candidate);
        if (sliceOver) return finish({ hidden: document.hidden });
      } catch (error) {
        clearTimeout(timer);
        observer.disconnect();
        return done(answer(() => { throw error; }));
      }
      clearTimeout(timer);
      // Styles and loading state change without a mutation: look again now and then.
      timer = setTimeout(look, 50);
      return undefined;
    };
    const observer = new MutationObserver(() => { changed = now(); look(); });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  };

  return { answer, answerText, all, first, read, scroll, choose, wait };
})();
