// The code of a refusal stands behind its sentence: whoever helps on the phone asks for it.

/** The sentence in the page's language, with the code where there is one. */
export function withCode(sentence, code) {
  if (!sentence || !code) return sentence;
  return document.documentElement.lang === 'en' ? `${sentence} (${code})` : `${sentence}（${code}）`;
}
