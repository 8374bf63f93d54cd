/** Files from the person's computer. */
import { checkKeys } from '../../check';
import { Widget } from './widget';

/** A file that came from the front end. */
export interface UploadedFile {
  /** Its name, without a folder. */
  name: string;
  /** Its bytes. */
  bytes: Uint8Array;
}

/** The options of `fileUpload`. */
export interface FileUploadOptions {
  /** The kinds that the dialogue offers: MIME types or endings, with commas. @default 'image/*' */
  accept?: string;
  /** Whether several files can be chosen at once. @default false */
  multiple?: boolean;
}

/**
 * A button for files of the person's computer. They are handed over in memory; nothing is written.
 *
 * @param label what stands on the button.
 * @param options `accept` ('image/*'), `multiple` (false).
 * @returns the control; `.value` is a list of `{ name, bytes }`.
 * @example
 * ```ts
 * import { fileUpload } from 'little-data';
 * const upload = fileUpload('a photo');
 * upload.onChange(([file]) => console.log(file?.name, file?.bytes.length));
 * upload.show();
 * ```
 */
export function fileUpload(label: string, options: FileUploadOptions = {}): Widget<readonly UploadedFile[]> {
  checkKeys('fileUpload', options, ['accept', 'multiple']);
  const { accept = 'image/*', multiple = false } = options;
  let known: unknown;
  let files: readonly UploadedFile[] = [];
  return new Widget<readonly UploadedFile[]>(
    {
      ...{ name: 'FileUploadModel', view: 'FileUploadView', style: 'ButtonStyle', label },
      layout: { width: 'auto' },
      state: { accept, multiple, icon: 'upload', button_style: '', error: '' },
      read({ value }) {
        if (value === known) return files;
        known = value;
        files = (value as { name: string; content: Uint8Array }[]).map(({ name, content }) => ({
          name,
          bytes: new Uint8Array(content),
        }));
        return files;
      },
      write: (given) => ({ value: given.map(({ name, bytes }) => ({ name, content: bytes })) }),
      text: (given) => given.map(({ name }) => name).join(', ') || '(no file)',
    },
    [],
  );
}
