/** What `explain` returns. */

/** Where on a photo a head finds a class. */
export interface Explanation {
  /** The photo's path, or `'(bytes)'`. */
  photo: string;
  /** The class that the heat is for. */
  className: string;
  /** The probability of that class, 0..1. */
  probability: number;
  /** The layer of the base that the heat was computed at. */
  layer: string;
  /** Rows of numbers 0..1, one for each place of that layer: 1 is where most speaks for the class. */
  heat: number[][];
  /** The part of the photo that the network sees, with the heat over it: a JPEG. */
  overlay: Uint8Array;
}
