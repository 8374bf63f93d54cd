/** Passes a program's standard error on, without the lines that TensorFlow's library writes while it is loaded. */
import readline from 'node:readline';

/** They come from static constructors: no variable silences them. Both say that all is well. */
const harmless = [
  /^WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR$/,
  /^I\d{4} [\d:.]+ +\d+ port\.cc:\d+\] oneDNN custom operations are on\./,
];

/** Whether TensorFlow writes this line whenever it is loaded. */
export function isTensorflowLog(line) {
  return harmless.some((pattern) => pattern.test(line));
}

/**
 * Passes on all other lines of `from` to `to`, as they come.
 * @param {NodeJS.ReadableStream} from
 * @param {NodeJS.WritableStream} to
 */
export function passOnWithoutTensorflowLog(from, to) {
  readline.createInterface({ input: from, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    if (!isTensorflowLog(line)) to.write(`${line}\n`);
  });
}
