'use strict';
/** What a cell has shown, for a front end that opened the notebook while it ran: that one was sent none of it. */

/** Of longer prints only the end is kept: characters. */
const mostText = 50_000;

class Shown {
  #outputs = [];

  write(name, text) {
    const last = this.#outputs.at(-1);
    if (last?.name === name) last.text = (last.text + text).slice(-mostText);
    else this.#outputs.push({ name, text: text.slice(-mostText) });
  }

  display(content, update) {
    const id = content.transient?.display_id;
    const known = update && this.#outputs.find((output) => output.content?.transient?.display_id === id);
    if (known) known.content = content;
    else if (!update) this.#outputs.push({ content });
  }

  /** Shows all of it again, in `cell`. */
  showIn(cell) {
    if (this.#outputs.length === 0) return;
    cell.write('stdout', 'The cell before this one ran while the notebook was opened anew. It showed:\n');
    for (const { name, text, content } of this.#outputs) {
      if (content) cell.display(content, false);
      else cell.write(name, text);
    }
    cell.write('stdout', 'This cell:\n');
  }
}

module.exports = { Shown };
