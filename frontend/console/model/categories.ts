// Under which headings is a finished conversation recorded? The service's own list, in its order.

export const CATEGORIES = [
  'listened',
  'informed',
  'referred',
  'urgent',
  'silent',
  'nuisance',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];

export function isCategory(value: unknown): value is Category {
  return CATEGORIES.some(category => category === value);
}
