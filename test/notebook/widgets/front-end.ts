/** Stands in for the kernel's comms and a front end behind them: it mirrors the models, and moves them. */
import type { CommHandlers, Comms } from '../../../src/notebook/widgets/comms';

type State = Record<string, unknown>;

/** A front end with the models that the kernel has opened. */
export class FrontEnd {
  readonly models = new Map<string, State>();
  /** What came, such as `echo_update`, newest last. */
  readonly methods: string[] = [];
  readonly cell = { id: 'cell', run: 1 };
  private readonly handlers = new Map<string, CommHandlers>();
  private readonly targets = new Map<string, Parameters<Comms['registerTarget']>[1]>();

  /** Runs `use` as if in a kernel with this front end. */
  async during(use: () => void | Promise<void>): Promise<void> {
    const everything = globalThis as unknown as Record<symbol, unknown>;
    const key = Symbol.for('little-data.comms');
    everything[key] = this.comms();
    // What is done once in a kernel is done anew for this one.
    everything[Symbol.for('little-data.once.widget-control')] = undefined;
    try {
      await use();
    } finally {
      delete everything[key];
    }
  }

  /** The id of the only model of a kind. */
  idOf(name: string): string {
    const found = [...this.models].filter(([, state]) => state._model_name === name);
    if (found.length !== 1) throw new Error(`${found.length} models ${name}`);
    return found[0]![0];
  }

  /** A person changes a model. */
  change(
    id: string,
    state: State,
    { paths = [], buffers = [] }: { paths?: unknown[]; buffers?: Uint8Array[] } = {},
  ) {
    this.handlers.get(id)!.onMessage!({ method: 'update', state, buffer_paths: paths }, buffers);
  }

  /** A front end sends something else. */
  send(id: string, data: State): void {
    this.handlers.get(id)!.onMessage!(data, []);
  }

  /** A front end that comes later asks for all states. */
  askForStates(): { data: State; buffers: readonly Uint8Array[] } {
    let answer: { data: State; buffers: readonly Uint8Array[] } | undefined;
    const comm = {
      id: 'control',
      send: (data: object, { buffers = [] }: { buffers?: readonly Uint8Array[] } = {}) => {
        answer = { data: data as State, buffers };
      },
      close() {},
    };
    this.targets.get('jupyter.widget.control')!(comm).onMessage!({ method: 'request_states' }, []);
    return answer!;
  }

  private comms(): Comms {
    return {
      cell: this.cell,
      keepOutput: () => (work) => work(),
      open: (_target, { id, data, ...handlers }) => {
        this.models.set(id, { ...(data as { state: State }).state });
        this.handlers.set(id, handlers);
        return {
          id,
          send: (sent) => {
            const { method, state } = sent as { method: string; state: State };
            this.methods.push(method);
            Object.assign(this.models.get(id)!, state);
          },
          close: () => {
            this.models.delete(id);
            this.handlers.delete(id);
          },
        };
      },
      registerTarget: (target, opened) => this.targets.set(target, opened),
    };
  }
}
