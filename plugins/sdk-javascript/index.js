// What the author of a Gantry plugin in JavaScript sees: the contract's functions as they are, short ways to write its
// values, and `operation`, which makes an object with schemas and a function into what the host calls.
// The types, with what each function does, are in `index.d.ts`.

import * as artifacts from "gantry:automation/artifacts@0.1.0";
import * as clock from "gantry:automation/clock@0.1.0";
import * as downloads from "gantry:automation/downloads@0.1.0";
import * as effects from "gantry:automation/effects@0.1.0";
import * as log from "gantry:automation/log@0.1.0";
import * as page from "gantry:automation/page@0.1.0";
import * as progress from "gantry:automation/progress@0.1.0";

export { artifacts, clock, downloads, effects, log, page, progress };

export const css = (selector) => ({ tag: "css", val: selector });
export const xpath = (expression) => ({ tag: "xpath", val: expression });
export const text = (whole) => ({ tag: "text", val: whole });
export const label = (whole) => ({ tag: "label", val: whole });

export const when = {
  present: (what) => ({ tag: "present", val: what }),
  visible: (what) => ({ tag: "visible", val: what }),
  enabled: (what) => ({ tag: "enabled", val: what }),
  absent: (what) => ({ tag: "absent", val: what }),
  countOver: (what, over) => ({ tag: "count-over", val: { what, over } }),
  atSite: (site) => ({ tag: "at-site", val: site }),
  answered: (quietMs) => ({ tag: "answered", val: quietMs }),
  quiet: (quietMs) => ({ tag: "quiet", val: quietMs }),
};

const column = (at, take) => ({ at: at ?? null, take });
export const take = {
  text: (at) => column(at, { tag: "text" }),
  ownText: (at) => column(at, { tag: "own-text" }),
  attribute: (name, at) => column(at, { tag: "attribute", val: name }),
  allText: (at) => column(at, { tag: "all-text" }),
};

export const settled = {
  confirmed: (evidence) => ({ tag: "confirmed", val: evidence }),
  refused: (words) => ({ tag: "refused", val: words }),
  unknown: (why) => ({ tag: "unknown", val: why }),
};

export const trace = {
  happened: (output) => ({ tag: "happened", val: JSON.stringify(output) }),
  absent: () => ({ tag: "absent" }),
  unclear: (seen) => ({ tag: "unclear", val: seen }),
};

export class Failure extends Error {
  constructor(code, message, more = {}) {
    super(message);
    this.code = code;
    this.retryable = more.retryable ?? false;
    this.phase = more.phase ?? null;
    this.fields = more.fields ?? {};
    this.evidence = more.evidence ?? [];
    this.signedOut = more.signedOut ?? false;
    this.resumable = more.resumable ?? false;
  }

  // As the contract has it.
  record() {
    const { code, message, retryable, phase, evidence, signedOut, resumable } = this;
    return { code, message, retryable, phase, fields: Object.entries(this.fields), evidence, signedOut, resumable };
  }
}

export function operation(definition) {
  const { name, version, summary, input, output } = definition;
  return {
    describe: () => ({
      name,
      version,
      summary,
      inputSchema: JSON.stringify(input),
      outputSchema: JSON.stringify(output),
      capabilities: definition.capabilities ?? [],
      effectful: definition.effectful ?? false,
      effectKey: definition.effectKey ?? [],
    }),
    run: (inputJson, phase) =>
      told(() => {
        const given = JSON.parse(inputJson);
        if (phase === null || phase === undefined) {
          return JSON.stringify(definition.run(given));
        }
        if (!definition.resume) {
          const message = `This operation cannot go on in phase ${phase}; begin again without \`resume\``;
          throw new Failure("not-resumable", message);
        }
        return JSON.stringify(definition.resume(given, phase));
      }),
    reconcile: (memo) =>
      told(() => {
        if (!definition.reconcile) {
          throw new Failure("no-effects", "This operation has no effects, so none can be looked for");
        }
        return definition.reconcile(memo);
      }),
  };
}

// What is thrown becomes the contract's failure, where it is one; a programming error goes on and ends the call.
function told(act) {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof Failure) {
      throw thrown.record();
    }
    const failure = failureOf(thrown?.payload);
    if (failure) {
      throw failure.record();
    }
    log.write("error", `${thrown}\n${thrown?.stack ?? ""}`);
    throw thrown;
  }
}

// What each error of the contract becomes when an operation lets it through: the same codes in every language.
function failureOf(error) {
  const again = { retryable: true };
  switch (error?.tag) {
    case "no-such-element":
      return new Failure("layout-changed", `The page has nothing at ${written(error.val)}; the portal may have changed`);
    case "not-interactable":
      return new Failure("not-interactable", `The page did not accept an action: ${error.val}`, again);
    case "stale-element":
      return new Failure("stale-element", "The page replaced what was being used", again);
    case "timed-out":
      return new Failure("portal-timeout", `The portal did not answer in time: ${error.val}`, again);
    case "denied":
      return new Failure("denied", `The host did not allow it: ${error.val}; the operator can grant it`);
    case "dialog-open":
      return new Failure("portal-dialog", `The portal asks something that was not expected: ${error.val}`);
    case "signed-out":
      return new Failure("signed-out", "The portal does not count the session as signed in", {
        retryable: true,
        signedOut: true,
      });
    case "browser-lost":
      return new Failure("browser-lost", "The browser is gone", again);
    case "deadline":
      return new Failure("deadline", "The time of this call is used up", again);
    case "cancelled":
      return new Failure("cancelled", "The caller took the request back");
    case "duplicate":
      return new Failure("duplicate-effect", `The same is already under way or done: ${error.val}`);
    case "other":
      return problem(error.val);
    default:
      return typeof error?.code === "string" && "retryable" in error ? problem(error) : null;
  }
}

function problem({ code, message, retryable, details }) {
  const facts = (details ?? []).map(([name, value]) => `${name}: ${value}`);
  return new Failure(code, [message, ...facts].join("; "), { retryable });
}

function written(locator) {
  switch (locator.tag) {
    case "css":
      return `\`${locator.val}\``;
    case "xpath":
      return `the XPath \`${locator.val}\``;
    default:
      return `the ${locator.tag} "${locator.val}"`;
  }
}
