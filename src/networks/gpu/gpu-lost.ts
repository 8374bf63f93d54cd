/** The graphics card can't be used any more. */
import { LittleDataError, shownLine } from '../../check';

/** A graphics card that was lost in the middle of a run, or that did not compute what it was asked to. */
export class GpuLost extends LittleDataError {
  /** @param reason a sentence without its full stop. */
  constructor(readonly reason: string) {
    super(
      shownLine(
        `The graphics card did not compute: ${reason}. Run the cell again, or load the base with \`device: 'cpu'\`. ` +
          'Features that were computed are kept.',
      ),
    );
  }
}
