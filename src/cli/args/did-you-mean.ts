import { suggest } from '../../text/nearest.ts'

/** The hint for a mistyped word; undefined where none of the candidates is near. */
export function didYouMean(word: string, candidates: readonly string[] = []): string | undefined {
  const meant = suggest(word, candidates)
  return meant === undefined ? undefined : `did you mean ${meant}?`
}
