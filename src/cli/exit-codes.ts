/** What each exit code means, for `--help`. The codes themselves are `EXIT_CODE` in the core. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'wrong usage or configuration'],
  [3, 'a gate or check did not hold'],
  [4, 'no or bad credentials'],
  [5, 'partly done'],
  [130, 'interrupted'],
]
