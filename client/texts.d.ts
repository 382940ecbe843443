import type { AnkongCode, CardState, State } from './ankong.js';

export type TextCode = State | CardState | AnkongCode;

/** Sentences by language, then by state or code. */
export const TEXTS: Readonly<Record<'zh-TW' | 'en', Readonly<Record<TextCode, string>>>>;

/**
 * The sentence for a state or code.
 * @param language a language tag; every Chinese gets Taiwan's, everything else English. By default
 *   the browser's.
 */
export function sentence(code: TextCode, language?: string): string;
