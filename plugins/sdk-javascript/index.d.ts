// The types of `gantry-sdk`. What each function does and how it fails is told in full in the WIT files of the contract.

/** How to find an element. All matching is done in the page, in document order. */
export type Locator =
  | { tag: "css"; val: string }
  | { tag: "xpath"; val: string }
  | { tag: "text"; val: string }
  | { tag: "label"; val: string };

/** A CSS selector. */
export function css(selector: string): Locator;
/** An XPath 1.0 expression that yields elements. */
export function xpath(expression: string): Locator;
/** The innermost element whose whole rendered text is this. */
export function text(whole: string): Locator;
/** The form control that belongs to the label with this text. */
export function label(whole: string): Locator;

/** A cause that has no case of its own. */
export interface Problem {
  code: string;
  message: string;
  retryable: boolean;
  details: [string, string][];
}

/**
 * The functions of `page` and `downloads` throw an `Error` whose `payload` is this. Let through, it becomes a failure with the
 * code of its case.
 */
export type PageError =
  | { tag: "no-such-element"; val: Locator }
  | { tag: "not-interactable"; val: string }
  | { tag: "stale-element" }
  | { tag: "timed-out"; val: string }
  | { tag: "denied"; val: string }
  | { tag: "dialog-open"; val: string }
  | { tag: "signed-out" }
  | { tag: "browser-lost" }
  | { tag: "deadline" }
  | { tag: "cancelled" }
  | { tag: "other"; val: Problem };

/** An element of the current document. It ends with the document, or when the page removes it. */
export interface Element {
  /** Scrolls it into view and clicks its middle. */
  click(): void;
  /** Clears a text control, then types. */
  fill(text: string): void;
  /** Presses one key: a WebDriver key name such as `Enter`, or one character. */
  press(key: string): void;
  /** Chooses the option with exactly this text in a native `select`. */
  choose(choice: string): void;
  /** The rendered text. */
  text(): string;
  /** The value of an attribute, or null. */
  attribute(name: string): string | null;
  /** Whether a person could see it. */
  isVisible(): boolean;
  /** The first match inside this element. */
  find(what: Locator): Element;
  /** All matches inside this element. */
  findAll(what: Locator): Element[];
}

export type Condition =
  | { tag: "present" | "visible" | "enabled" | "absent"; val: Locator }
  | { tag: "count-over"; val: { what: Locator; over: number } }
  | { tag: "at-site"; val: string }
  | { tag: "answered" | "quiet"; val: number };

/** What can be waited for. */
export const when: {
  /** At least one match is in the document. */
  present(what: Locator): Condition;
  /** At least one match can be seen. */
  visible(what: Locator): Condition;
  /** At least one match can be seen and is not disabled. */
  enabled(what: Locator): Condition;
  /** Nothing matches. */
  absent(what: Locator): Condition;
  /** More than so many elements match. */
  countOver(what: Locator, over: number): Condition;
  /** The page is at this site, by exact origin. */
  atSite(site: string): Condition;
  /** The page asked its server since the last action, all was answered, and nothing followed for so many milliseconds. */
  answered(quietMs: number): Condition;
  /** No request is open, and nothing happened for so many milliseconds. */
  quiet(quietMs: number): Condition;
};

export type Take = { tag: "text" | "own-text" | "all-text" } | { tag: "attribute"; val: string };

/** One column of a list to be read: where, relative to the row (null is the row itself), and what. */
export interface Column {
  at: Locator | null;
  take: Take;
}

/** The columns of `page.read`; without `at` the row itself is meant. */
export const take: {
  /** The text as written in the document, white space folded. */
  text(at?: Locator): Column;
  /** Of the element's own text nodes only. */
  ownText(at?: Locator): Column;
  /** An attribute. */
  attribute(name: string, at?: Locator): Column;
  /** The texts of all matches, joined with a line feed. */
  allText(at?: Locator): Column;
};

/** Part of a list: how many rows there are, and those that were asked for. A cell is null if nothing matched there. */
export interface Table {
  total: number;
  rows: (string | null)[][];
}

export interface Scrolled {
  offset: number;
  viewport: number;
  extent: number;
}

export interface GrowingList {
  rows: Locator;
  columns: Column[];
  container: Locator;
}

/** The one page of the one session lent to this call. The `payload` of what its functions throw is a `PageError`. */
export const page: {
  /** Goes to a path of one of the portal's sites and returns when its document has loaded. */
  goto(site: "account" | "containers" | "wizard" | "appointments" | string, path: string): void;
  /** Where the page is now. */
  location(): { url: string; site: string | null; path: string };
  /** The document's title. */
  title(): string;
  /** The first match in the document. */
  find(what: Locator): Element;
  /** All matches in the document. */
  findAll(what: Locator): Element[];
  /** All matches that a person could see. */
  findVisible(what: Locator): Element[];
  /** Waits until one of the conditions is true, and gives its place in the list. Observed in the page; do not poll. */
  wait(anyOf: Condition[], timeoutMs: number): number;
  /** Reads a list in one round trip, skipping the first `start` rows. */
  read(rows: Locator, columns: Column[], start: number): Table;
  /** Scrolls a container without clicking anything. */
  scroll(container: Locator, to: { tag: "top" } | { tag: "end" } | { tag: "by"; val: number }): Scrolled;
  /** Waits until a list has grown, scrolls it to its end and reads it from `start`, in one round trip. */
  grow(
    what: GrowingList,
    known: number,
    start: number,
    orElse: Condition[],
    timeoutMs: number,
  ): { tag: "grew"; val: [Scrolled, Table] } | { tag: "other"; val: number };
  /** Keeps a picture of what can be seen; gives the artifact's id. */
  screenshot(name: string): string;
  /** Answers an open native dialog; gives its text, or null. */
  answerDialog(accept: boolean): string | null;
  /** Runs a function body in the page. Needs the grant `script`. */
  evaluate(script: string, argsJson: string): string;
};

/** Files that the portal hands to the browser. Needs the grant `downloads`. */
export const downloads: {
  /** Call it before the click that causes the download. */
  begin(): void;
  /** Waits until the file is whole; gives the artifact's id. */
  finish(timeoutMs: number): string;
};

/** Files that a run leaves for its caller. The `payload` of what its functions throw is a `Problem`. */
export const artifacts: {
  putBytes(name: string, mediaType: string, content: Uint8Array): string;
  /** Keeps a table as a spreadsheet; `name` is without ending. */
  putTable(name: string, sheet: string, columns: string[], rows: string[][]): string;
  readTable(artifact: string): { sheet: string; columns: string[]; rows: string[][] };
};

/** An effect that was begun and is not settled. */
export interface Effect {
  readonly effect: unique symbol;
}

export type Settled = { tag: "confirmed" | "refused" | "unknown"; val: string };

/** Doing what cannot be taken back. Needs the grant `submit`. */
export const effects: {
  /** The point of no return; afterwards one guarded click is let through. */
  begin(summary: string, key: string, memo: string): Effect;
  /** Says how it ended. */
  settle(effect: Effect, outcome: Settled): void;
};

/** How an effect ended, from positive evidence in the page. */
export const settled: {
  confirmed(evidence: string): Settled;
  refused(words: string): Settled;
  unknown(why: string): Settled;
};

/** Telling the caller how far a run is. */
export const progress: {
  report(step: string, done: number, total: number | null): void;
  /** Keeps one part of the result at once. */
  keep(item: string, resultJson: string): void;
};

/** Lines for the operator's log. */
export const log: {
  write(level: "debug" | "info" | "warn" | "error", message: string): void;
};

export const clock: {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Milliseconds left until the host ends this call. */
  remainingMs(): number;
  /** To wait for something in the page use `page.wait`. */
  sleepMs(duration: number): void;
};

/** Why the operation did not give what was asked for. Throw it. */
export class Failure extends Error {
  /** The code is stable and kebab-case; the message says what to do next. */
  constructor(
    code: string,
    message: string,
    more?: {
      /** Whether the same request may succeed later without anybody changing anything. */
      retryable?: boolean;
      /** The step of a multi-step form, from 1. */
      phase?: number;
      /** Input fields that are missing or not accepted, and what is accepted instead. */
      fields?: Record<string, string>;
      /** Artifacts that show what the page looked like. */
      evidence?: string[];
      /** The page was found signed out: the host signs in and repeats the call once. */
      signedOut?: boolean;
      /** Keep the page as it is: the caller can send what is missing. */
      resumable?: boolean;
    },
  );
  readonly code: string;
}

/** What became of an effect. */
export type Trace = { tag: "happened"; val: string } | { tag: "absent" } | { tag: "unclear"; val: string };

export const trace: {
  happened(output: unknown): Trace;
  absent(): Trace;
  unclear(seen: string): Trace;
};

export interface Definition<Input, Output> {
  /** Kebab-case; the operation's name in URLs. */
  name: string;
  /** Semantic version. */
  version: string;
  /** One sentence. */
  summary: string;
  /**
   * JSON Schema (2020-12) of the input. The host refuses other input. It calls the operation with the first of `examples`, if
   * there are some, before it serves it, on a portal without pages.
   */
  input: object;
  /** JSON Schema (2020-12) of the output. */
  output: object;
  /** The grants it needs. */
  capabilities?: ("script" | "submit" | "downloads")[];
  /** True if it does something that cannot be taken back. */
  effectful?: boolean;
  /** The input fields that together name what an effectful operation does. */
  effectKey?: string[];
  /** Does the work, once for each request, in a fresh instance. */
  run(input: Input): Output;
  /** Goes on where an earlier call failed with `resumable`. Look first whether the page is in that phase. */
  resume?(input: Input, phase: number): Output;
  /** Looks whether an effect happened whose end nobody saw. It may only read. */
  reconcile?(memo: string): Trace;
}

/** Makes an operation of it: `export const handler = operation({ … })`. */
export function operation<Input, Output>(definition: Definition<Input, Output>): object;
