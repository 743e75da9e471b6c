import { TOKEN_KINDS } from '../charges.ts'
import type { Figures, Quote } from './book.ts'

/** Whether two sources say the same about all kinds that both know. */
export function agree(one: Figures, other: Figures): boolean {
  return TOKEN_KINDS.every((kind) => one[kind] === undefined || other[kind] === undefined || one[kind] === other[kind])
}

/** Adds the kinds that the first source lacks from those that agree with it in the rest, and names them. */
export function complete(first: Quote, agreeing: readonly Quote[]): Pick<Quote, 'perMillion' | 'source'> {
  const perMillion: Figures = { ...first.perMillion }
  const sources = new Set([first.source])
  for (const { perMillion: more, source } of agreeing) {
    for (const kind of TOKEN_KINDS) {
      const figure = more[kind]
      if (figure === undefined || perMillion[kind] !== undefined) continue
      perMillion[kind] = figure
      sources.add(source)
    }
  }
  return { perMillion, source: [...sources].join(' + ') }
}
