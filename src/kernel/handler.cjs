'use strict';
/** Runs cells one after the other, and finds documentation: tslab's handler with what it lacks. */
const { enclosingCall } = require('./enclosing-call.cjs');
const { withOutput } = require('./output.cjs');

/** Milliseconds in which the cells that were sent together with a failed one arrive. */
const arrival = 20;

/** Tslab's `JupyterHandlerImpl` as the server of this folder uses it. */
function handlerFrom(TslabHandler) {
  return class Handler extends TslabHandler {
    #last = Promise.resolve();
    /** Cells that were sent before one of them failed are dropped with it. */
    #batch = { failed: false };

    /**
     * @param {{ code: string, stop_on_error?: boolean }} request
     * @param {{ begin: () => void, end: () => void, write: (name: string, text: string) => void, display: (content: object, update: boolean) => void }} cell
     */
    async handleExecute(request, cell) {
      const batch = this.#batch;
      const earlier = this.#last;
      let done;
      this.#last = new Promise((resolve) => {
        done = resolve;
      });
      await earlier;
      try {
        if (batch.failed) return { status: 'aborted' };
        cell.begin();
        const count = ++this.execCount;
        const ok = await withOutput(cell, () => this.executor.execute(request.code)).catch((error) => {
          console.error(error);
          return false;
        });
        const result = ok
          ? { status: 'ok', execution_count: count, user_expressions: {}, payload: [] }
          : { status: 'error', execution_count: count, ename: 'Error', evalue: '', traceback: [] };
        if (result.status === 'error' && request.stop_on_error !== false) {
          batch.failed = true;
          await new Promise((resolve) => setTimeout(resolve, arrival));
          this.#batch = { failed: false };
        }
        return result;
      } finally {
        cell.end();
        done();
      }
    }

    /** Documentation of the name at the cursor, or of the function whose arguments the cursor is in. */
    handleInspect({ code, cursor_pos: cursor, ...rest }) {
      const found = super.handleInspect({ ...rest, code, cursor_pos: cursor });
      if (found.found) return found;
      const call = enclosingCall(code, cursor);
      return call === undefined ? found : super.handleInspect({ ...rest, code, cursor_pos: call });
    }
  };
}

module.exports = { handlerFrom };
