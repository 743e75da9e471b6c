/** The long tests take many minutes: a run tries a part, always the same one, and the nightly run all of them. */
const PARTS = 12

export interface Share {
  /** Whether it is the whole, as the nightly run has it. */
  isAll: boolean
  /** What is tried of a list: every twelfth, beginning at another place in each part. */
  of<Item>(items: readonly Item[]): Item[]
  /** Whether a cell of a table is tried: along each row and down each column the parts take turns. */
  has(row: number, column: number): boolean
  /** How many of so many random cases are tried. */
  runs(many: number): number
  /** What it is and how to get it again: `part 2 of 12, LONG_TESTS=2`. */
  name: string
}

/**
 * What `LONG_TESTS` asks for: `all`, or the number of a part, the first where it is not set.
 * @param parts how many there are, a divisor of twelve
 */
export function shareOf(asked: string | undefined, parts = PARTS): Share {
  if (asked === 'all')
    return { isAll: true, of: (items) => [...items], has: () => true, runs: (many) => many, name: 'all of them' }
  const part = Number(asked || 1)
  if (!Number.isInteger(part) || part < 1 || part > PARTS) throw new Error(`LONG_TESTS is all, or 1 to ${PARTS}`)
  const has = (row: number, column: number) => (row + column) % parts === (part - 1) % parts
  return {
    isAll: false,
    of: (items) => items.filter((_, index) => has(index, 0)),
    has,
    runs: (many) => Math.ceil(many / parts),
    name: `part ${((part - 1) % parts) + 1} of ${parts}, LONG_TESTS=${part}`,
  }
}

/** What this run tries of the long tests. */
export const SHARE = shareOf(process.env.LONG_TESTS)

/** What this run tries of the costly ones among the others: tables of programs and servers, and lives of whole accounts. */
export const THIRD = shareOf(process.env.LONG_TESTS, 3)
