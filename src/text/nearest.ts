/** The candidate that was probably meant: at most a third of its letters away, or the only one that begins so. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const best = nearest(word, candidates)
  // A word of which no letter is right was not meant: `9` is not near `1`.
  const near = best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
  if (near && best.distance < best.candidate.length) return best.candidate
  const beginning = candidates.filter((candidate) => word.length >= 2 && candidate.startsWith(word))
  return beginning.length === 1 ? beginning[0] : undefined
}

export function nearest(
  word: string,
  candidates: readonly string[],
): { candidate: string; distance: number } | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const at = (up: number, left: number) => (up === 0 ? row[j - left] : rows[i - up]?.[j - left]) ?? 0
      const same = a[i - 1] === b[j - 1]
      let best = Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(2, 2) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

export function didYouMean(word: string, candidates: readonly string[] = []): string | undefined {
  const meant = suggest(word, candidates)
  return meant === undefined ? undefined : `did you mean ${meant}?`
}
