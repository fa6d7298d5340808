// How are the tests run? Pure logic in Node; what a person sees is tested in a real browser elsewhere.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { css: true, include: ['**/tests/**/*.test.ts'], exclude: ['node_modules', 'dist'] },
});
