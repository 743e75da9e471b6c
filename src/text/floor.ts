/** What a cost leaves out, worst known first. */
export const LACKS = ['tokens', 'images', 'calls', 'counts', 'reading'] as const
export type Lack = (typeof LACKS)[number]

/** Why a cost is a floor: what it leaves out, and the part of its tokens that has a price (0 to 1, null where that is not known). */
export interface Floor {
  lacks: readonly Lack[]
  pricedShare: number | null
}

/** The one way to write a floor: "at least $12.30"; what is too small for the digits given (`<$0.0001`) is "more than $0". */
export function atLeast(cost: string): string {
  return cost.startsWith('<') ? 'more than $0' : `at least ${cost}`
}

/** "at least $12.30, 93 % of tokens priced" */
export function floorText(cost: string, floor: Floor): string {
  return `${atLeast(cost)}, ${lackText(floor)}`
}

/** Each in a sentence, and in a narrow column under "Priced"; of tokens, where their share is not known. */
const WORDS: Record<Lack, readonly [sentence: string, cell: string]> = {
  tokens: ['not all tokens priced', 'not all tokens'],
  images: ['not all images priced', 'not all images'],
  calls: ['not all calls priced', 'not all calls'],
  counts: ['not all counts known', 'not all known'],
  reading: ['not everything could be read', 'not all read'],
}

function wordsOf({ lacks, pricedShare }: Floor, form: 0 | 1): string {
  const share = pricedShare === null ? undefined : percentPriced(pricedShare)
  const ofTokens = share && [`${share} of tokens priced`, share][form]
  return lacks.map((lack) => (lack === 'tokens' && ofTokens) || WORDS[lack][form]).join(', ')
}

/** What is left out, in a sentence: "93 % of tokens priced, not all counts known". */
export const lackText = (floor: Floor): string => wordsOf(floor, 0)

export const lackCell = (floor: Floor): string => wordsOf(floor, 1)

/** Rounded down, so that where something lacks it never reads as 100 %, and what is not nothing never as 0 %. */
function percentPriced(share: number): string {
  // A share of 0.29 is a little less than 29 hundredths as a double.
  const percent = Math.min(99, Math.floor(share * 100 + 1e-9))
  return percent === 0 && share > 0 ? 'under 1 %' : `${percent} %`
}
