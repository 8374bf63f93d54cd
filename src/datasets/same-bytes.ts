/** The groups of two and more photos whose bytes are the same. */
export function sameBytes(photos: readonly { filename: string; sha256?: string }[]): string[][] {
  const byDigest = new Map<string, string[]>();
  for (const { filename, sha256 } of photos)
    if (sha256 !== undefined) byDigest.set(sha256, [...(byDigest.get(sha256) ?? []), filename]);
  return [...byDigest.values()].filter((files) => files.length > 1);
}
