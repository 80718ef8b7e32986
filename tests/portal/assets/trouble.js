// Scripted troubles: what a page does to its user by itself. They stand in the document or come
// with an answer; nothing is asked for to carry them out.

const CARRY_OUT = {
  "alert": ({ text }) => alert(text),
  "confirm": ({ text }) => confirm(text),
  "prompt": ({ text }) => prompt(text),
  "before-unload": () => {
    // Both ways of asking: a reader that clears one of them still meets the other.
    addEventListener("beforeunload", (event) => {
      event.preventDefault();
      event.returnValue = "Changes may not be saved";
    });
    window.onbeforeunload = () => "Changes may not be saved";
  },
  "pop-up": ({ address }) => window.open(address),
  "endless-script": () => { for (;;); },
};

// Carries out each after its time; one without a time at once.
export function carryOut(troubles) {
  for (const trouble of troubles) {
    const act = () => CARRY_OUT[trouble.trouble](trouble);
    if (trouble.defer_ms > 0) setTimeout(act, trouble.defer_ms);
    else act();
  }
}

// The same once the page has loaded, so that its own scripts have started.
export function carryOutAfterLoad(troubles) {
  // A timeout of its own: an alert inside the load event would keep the load from ending.
  addEventListener("load", () => setTimeout(() => carryOut(troubles)));
}
