// Where do client ids and bearers come from? From the browser's cryptographic random source, never Math.random.
import type { Bearer, Cid } from './frames';

export type RandomBytes = (length: number) => Uint8Array;

export const browserRandom: RandomBytes = length => crypto.getRandomValues(new Uint8Array(length));

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

export const makeCid = (random: RandomBytes = browserRandom): Cid => base64url(random(16)) as Cid;

export const makeBearer = (random: RandomBytes = browserRandom): Bearer => base64url(random(32)) as Bearer;

export const isCid = (value: unknown): value is Cid => typeof value === 'string' && /^[\w-]{22}$/.test(value);

export const isBearer = (value: unknown): value is Bearer =>
  typeof value === 'string' && /^[\w-]{43}$/.test(value);
