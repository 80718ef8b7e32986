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

  // Where the portal gave no page the browser shows one of its own, under the portal's address.
  const isBrowsersOwn = () => location.protocol === 'chrome-error:';

  const answer = (work) => {
    const at = now();
    if (isBrowsersOwn()) return { at, error: ['unreachable', 'the browser shows an error page of its own'] };
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

  // Guarded elements: buttons and the like whose whole text is one of some words, in whatever case. What a click
  // sets off is what lies at the element's middle, or what the element itself is part of.

  const BUTTON = 'button, a, input[type=submit], input[type=button], input[type=image], [role=button]';

  const guardedAt = (element, words) => {
    for (let at = element?.closest?.(BUTTON); at; at = at.parentElement?.closest(BUTTON)) {
      const said = fold(at instanceof HTMLInputElement ? at.value : at.textContent).toLowerCase();
      const word = words.find((guarded) => fold(guarded).toLowerCase() === said);
      if (word !== undefined) return word;
    }
    return null;
  };

  // Where WebDriver clicks: the middle of the element's first box, as far as that is in view (WebDriver §12.1,
  // "in-view center point").
  const middle = (element) => {
    const box = element.getClientRects()[0];
    if (!box) return null;
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    return left < right && top < bottom ? [Math.floor((left + right) / 2), Math.floor((top + bottom) / 2)] : null;
  };

  // What a click there would hit.
  const under = (element) => {
    const at = middle(element);
    return { at, hit: at && element.getRootNode().elementFromPoint(...at) };
  };

  const described = (element) => element === null ? 'nothing' : `<${element.localName} class="${element.className}">`;

  // Brings the element to where a click reaches it, and tells where that is and which guarded element it would set off.
  const reach = (element, words, isLetThrough) => {
    const own = guardedAt(element, words);
    if (own !== null && !isLetThrough) return { guarded: own };
    if (!visible(element)) throw new Refused('not-interactable', 'it cannot be seen');
    if (element.matches(':disabled')) throw new Refused('not-interactable', 'it is disabled');
    if (!element.contains(under(element).hit)) {
      // In view may still be under a header that sticks there.
      element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    }
    const { at, hit } = under(element);
    if (!element.contains(hit)) throw new Refused('not-interactable', `${described(hit)} is in front of it`);
    return { at, guarded: own ?? guardedAt(hit, words) };
  };

  // Should the page put something guarded under the pointer before the driver's click comes, nothing happens.
  // The click comes with the release, or never.
  const guardNextClick = (words) => {
    const guard = (event) => {
      if (!event.isTrusted || guardedAt(event.target, words) === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const released = () => setTimeout(forget);
    const forget = () => {
      window.removeEventListener('click', guard, true);
      window.removeEventListener('pointerup', released, true);
    };
    window.addEventListener('click', guard, true);
    window.addEventListener('pointerup', released, true);
    setTimeout(forget, 1000);
  };

  // Makes ready for a click. What is covered is given a moment: an overlay may be on its way out.
  const approach = (element, words, isLetThrough, patience, done) => {
    const began = now();
    const look = () => {
      const told = answer(() => reach(element, words, isLetThrough));
      if (told.error?.[0] === 'not-interactable' && now() - began < patience) {
        setTimeout(look, 20);
        return;
      }
      if (told.ok?.guarded === null) guardNextClick(words);
      done(told);
    };
    look();
  };

  // Enter in a field sends its form, as a click on the form's button would.
  const setsOff = (element, key, words) => {
    const own = guardedAt(element, words);
    if (own !== null || key !== 'Enter') return own;
    const button = element.form?.querySelector('[type=submit], button:not([type])');
    return button ? guardedAt(button, words) : null;
  };

  // Clicks made by scripts are never trusted; those of the driver are, and are looked at before they are sent.
  const ignoreScripts = (words) => {
    if (window.gantryIgnoresScripts) return;
    Object.defineProperty(window, 'gantryIgnoresScripts', { value: true });
    window.addEventListener('click', (event) => {
      if (event.isTrusted || guardedAt(event.target, words) === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
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
    const none = answer(() => null);
    if (none.error) return done(none);
    performance.setResourceTimingBufferSize(5000);
    const started = now();
    let changed = started;
    let timer;
    const finish = (ok) => {
      clearTimeout(timer);
      observer.disconnect();
      if (ok.is !== 0 || growing === null) return done({ at: now(), ok });
      const { container, rows, columns, start } = growing;
      const asked = ownAnswers(since).map((entry) => performance.timeOrigin + entry.startTime);
      const asked_ms = asked.length > 0 ? Math.max(...asked) : null;
      return scrollAndRead(container, rows, columns, start, ({ at, error, json }) =>
        done(error ? { at, error } : { at, ok: { is: 0, then: json, asked_ms } }));
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

  return {
    answer, answerText, all, visible, first, read, scroll, choose, wait, approach, setsOff, ignoreScripts,
  };
})();
