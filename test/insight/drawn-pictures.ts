/** Pictures of none of the classes: charts and pages of text. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

/** Writes 24 pictures into `dir`. */
export async function drawPictures(dir: string): Promise<void> {
  fs.mkdirSync(dir, { recursive: true });
  const pictures = Array.from({ length: 6 }, (_, i) => [bars(i), curve(i), page(i), pie(i)]).flat();
  for (const [i, inner] of pictures.entries()) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="320"><rect width="400" height="320" fill="white"/>${inner}</svg>`;
    await sharp(Buffer.from(svg))
      .png()
      .toFile(path.join(dir, `${i}.png`));
  }
}

const axes = '<path d="M40 20 V280 H390" fill="none" stroke="black"/>';

function bars(i: number): string {
  const all = Array.from({ length: 5 + i }, (_, k) => {
    const height = 40 + ((k * 53 + i * 31) % 200);
    return `<rect x="${50 + k * 32}" y="${280 - height}" width="22" height="${height}" fill="hsl(${(k * 40 + i * 60) % 360},60%,50%)"/>`;
  });
  return `${axes}${all.join('')}<text x="150" y="305" font-size="18">month ${i}</text>`;
}

function curve(i: number): string {
  const points = Array.from(
    { length: 12 },
    (_, k) => `${40 + k * 30},${150 + 90 * Math.sin(k * (0.5 + i / 5) + i)}`,
  );
  return `${axes}<polyline points="${points.join(' ')}" fill="none" stroke="hsl(${i * 50},70%,40%)" stroke-width="3"/>`;
}

function page(i: number): string {
  const words = ['quick', 'lazy', 'old', 'red', 'small'];
  const lines = Array.from(
    { length: 10 },
    (_, k) =>
      `<text x="20" y="${35 + k * 28}" font-size="18">The ${words[(i + k) % 5]} word ${k * 7 + i} is here.</text>`,
  );
  return lines.join('');
}

function pie(i: number): string {
  const [x, y] = [200 + 110 * Math.sin(1 + i / 3), 160 - 110 * Math.cos(1 + i / 3)];
  return `<circle cx="200" cy="160" r="110" fill="#ccd"/><path d="M200 160 V50 A110 110 0 0 1 ${x} ${y} Z" fill="hsl(${i * 60},60%,50%)"/>`;
}
