/** Widgets of a cell that is run again are closed: else each run would leave its own behind. */
import { processState } from '../../state';
import { comms } from './comms';

/** A cell's newest run, and what it has made. */
interface Made {
  run: number;
  widgets: Set<{ close(): void }>;
}

/** Closes `widget` when the cell that runs now is run again. */
export function closeWithCell(widget: { close(): void }): void {
  const cell = comms()?.cell;
  if (!cell) return;
  const made = processState('widgets-by-cell', () => new Map<string, Made>());
  let own = made.get(cell.id);
  if (own?.run !== cell.run) {
    for (const earlier of own?.widgets ?? []) earlier.close();
    own = { run: cell.run, widgets: new Set() };
    made.set(cell.id, own);
  }
  own.widgets.add(widget);
}
