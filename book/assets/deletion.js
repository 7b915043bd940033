/** Parameters taken away from trained networks, which do not learn on: a slider and a way back. */
import { choice, make } from "./page.js";

/**
 * Make the panel, folded at first.
 *
 * @param {object} machine - Of `machineOf`, with the order of saliencies.
 * @param {(finished: boolean) => void} changed - Told when the networks have fewer parameters, or
 *   more; with true when the slider has been let go.
 * @returns {{element: HTMLElement}}
 */
export function deletionPanel(machine, changed) {
  const all = machine.network.parameterCount;
  const title = make("summary", { class: "lenet-title" });
  const slider = make("input", {
    type: "range",
    id: "lenet-left",
    min: 0,
    max: all,
    value: all,
    input: () => take(false),
    change: () => take(true),
  });
  const first = choice(
    "What goes first",
    [
      ["saliency", "the least saliency"],
      ["magnitude", "the smallest"],
    ],
    () => take(true),
  );
  const back = make("button", { type: "button", text: "Put all back", click: putBack });
  const label = make("label", { for: slider.id, text: "Parameters left" });
  const tools = make("div", { class: "lenet-tools" }, label, slider, first.element, back);
  const note = make("p", {
    text:
      "Taken from all sixteen networks at once, which do not learn on. The thresholds stay those " +
      "of the whole networks.",
  });
  const element = make("details", { class: "lenet-deletion" }, title, tools, note);
  say(all);

  function take(finished) {
    const left = Number(slider.value);
    machine.leave(left, first.value());
    say(left);
    changed(finished);
  }

  function putBack() {
    slider.value = all;
    take(true);
  }

  function say(left) {
    back.disabled = left === all;
    slider.setAttribute("aria-valuetext", `${left} of ${all}`);
    title.textContent =
      left === all ? "Take parameters away" : `${left} of ${all} parameters are left`;
  }

  return { element };
}
