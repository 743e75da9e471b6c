/** All of it takes many minutes: a run tries a part, and the next day's another, so that six days try it all; the nightly run always does. */
const PARTS = 6

const DAY_MS = 86_400_000

export interface Share {
  /** What is tried of a list: every sixth, beginning at another place in each part. */
  of<Item>(items: readonly Item[]): Item[]
  /** Whether a cell of a table is tried: along each row and down each column the parts take turns. */
  has(row: number, column: number): boolean
  /** What it is and how to get it again: `part 2 of 6, LONG_TESTS=2`. */
  name: string
}

/** What `LONG_TESTS` asks for: `all`, or the number of a part; the day decides where it is not set. */
export function shareOf(asked: string | undefined, now: number): Share {
  if (asked === 'all') return { of: (items) => [...items], has: () => true, name: 'all of them' }
  const part = asked ? Number(asked) : (Math.floor(now / DAY_MS) % PARTS) + 1
  if (!Number.isInteger(part) || part < 1 || part > PARTS) throw new Error(`LONG_TESTS is all, or 1 to ${PARTS}`)
  const has = (row: number, column: number) => (row + column) % PARTS === part - 1
  return {
    of: (items) => items.filter((_, index) => has(index, 0)),
    has,
    name: `part ${part} of ${PARTS}, LONG_TESTS=${part}`,
  }
}

/** What this run tries. */
export const SHARE = shareOf(process.env.LONG_TESTS, Date.now())
