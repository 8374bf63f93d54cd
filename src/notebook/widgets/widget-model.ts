/** The state of a widget that front ends and this kernel share, by version 2.1 of Jupyter's widget protocol. */
import { randomUUID } from 'node:crypto';
import { processState } from '../../state';
import { type Comm, comms, onceInKernel } from './comms';

/** https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md */
const version = { version: '2.1.0' };

/** Values by name, as JSON; bytes anywhere in it. */
export type WidgetState = Record<string, unknown>;

/** A model, known to front ends by `id`. Outside a kernel it is only a state. */
export interface WidgetModel {
  readonly id: string;
  /** The state now; `set` changes it. */
  readonly state: Readonly<WidgetState>;
  /** Changes the state here and in all front ends. */
  set(change: WidgetState): void;
  close(): void;
}

/** What is told when a front end has changed a model, or sent a message of its own. */
export interface ModelListener {
  changed?(change: WidgetState): void;
  message?(content: Record<string, unknown>): void;
}

/** Opens a model of `module` ('controls' or 'base') of Jupyter's own widgets. */
export function openModel(
  { module, name, view }: { module: 'base' | 'controls'; name: string; view: string },
  state: WidgetState,
  listener: ModelListener = {},
): WidgetModel {
  const [id, full] = [randomUUID(), { ...names(module, { name, view }), ...state }];
  let comm: Comm | undefined;
  const model: WidgetModel = {
    id,
    state: full,
    set(change) {
      Object.assign(full, change);
      send('update', change);
    },
    close() {
      openModels().delete(id);
      comm?.close();
      comm = undefined;
    },
  };
  const send = (method: string, change: WidgetState) => {
    const { json, paths, buffers } = withoutBytes(change);
    comm?.send({ method, state: json, buffer_paths: paths }, { buffers });
  };
  const { json, paths, buffers } = withoutBytes(full);
  openModels().set(id, full);
  answerRequests();
  comm = comms()?.open('jupyter.widget', {
    ...{ id, data: { state: json, buffer_paths: paths }, metadata: version, buffers },
    onMessage(data, received) {
      if (data.method === 'update') {
        const change = data.state as WidgetState;
        putBytes(change, data.buffer_paths as Path[] | undefined, received);
        Object.assign(full, change);
        // Front ends take no other value of what they have changed until they hear this.
        send('echo_update', change);
        listener.changed?.(change);
      } else if (data.method === 'request_state') send('update', full);
      else if (data.method === 'custom') listener.message?.(data.content as Record<string, unknown>);
    },
    onClose: () => openModels().delete(id),
  });
  return model;
}

/** How a state refers to another model. */
export function reference({ id }: { id: string }): string {
  return `IPY_MODEL_${id}`;
}

/** How many models are open. */
export function countModels(): number {
  return openModels().size;
}

function names(module: string, { name, view }: { name: string; view: string }): WidgetState {
  const [model, drawn] = [
    `@jupyter-widgets/${module}`,
    `@jupyter-widgets/${view === 'StyleView' ? 'base' : module}`,
  ];
  return {
    ...{ _model_module: model, _model_module_version: '2.0.0', _model_name: name },
    ...{ _view_module: drawn, _view_module_version: '2.0.0', _view_name: view },
  };
}

/** A front end that comes later, or comes back, asks for all models at once. */
function answerRequests(): void {
  onceInKernel('widget-control', () => {
    comms()?.registerTarget('jupyter.widget.control', (comm) => ({
      onMessage({ method }) {
        if (method !== 'request_states') return;
        const paths: Path[] = [];
        const buffers: Uint8Array[] = [];
        const states = [...openModels()].map(([id, state]) => {
          const own = withoutBytes(state);
          paths.push(...own.paths.map((at) => [id, 'state', ...at]));
          buffers.push(...own.buffers);
          const { _model_name: name, _model_module: module, _model_module_version: version } = state;
          return [
            id,
            { model_name: name, model_module: module, model_module_version: version, state: own.json },
          ];
        });
        const data = { method: 'update_states', states: Object.fromEntries(states), buffer_paths: paths };
        comm.send(data, { buffers });
      },
    }));
  });
}

type Path = (string | number)[];

/** JSON has no bytes: they go beside it, with the places where they belong. */
function withoutBytes(state: WidgetState): { json: WidgetState; paths: Path[]; buffers: Uint8Array[] } {
  const [paths, buffers]: [Path[], Uint8Array[]] = [[], []];
  const strip = (value: unknown, at: Path): unknown => {
    if (value instanceof Uint8Array) {
      paths.push(at);
      buffers.push(value);
      return null;
    }
    if (Array.isArray(value)) return value.map((each, i) => strip(each, [...at, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, strip(each, [...at, name])]),
    );
  };
  return { json: strip(state, []) as WidgetState, paths, buffers };
}

function putBytes(state: WidgetState, paths: readonly Path[] = [], buffers: readonly Uint8Array[]): void {
  for (const [i, path] of paths.entries()) {
    let at = state as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) at = at[step] as typeof at;
    at[path.at(-1)!] = buffers[i];
  }
}

function openModels(): Map<string, WidgetState> {
  return processState('widget-models', () => new Map<string, WidgetState>());
}
