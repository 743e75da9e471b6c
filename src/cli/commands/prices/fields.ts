import type { ListedFigures, ListedLine } from '../../../report/prices/listing.ts'
import { plain } from '../../../text/escape.ts'
import { price } from '../../../text/numbers.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import type { Field } from '../listing.ts'

export type Known = Pick<ListedLine, 'model' | 'region' | 'tier'> & Partial<ListedLine>

const figure = (name: string, heading: string, of: 'perImage' | keyof ListedFigures): Field<Known> => ({
  name,
  isFigure: true,
  of: (line) => line[of] ?? null,
  heading,
  align: 'right',
  cell: (line) => price(line[of] ?? null),
})

export const FIELDS: readonly Field<Known>[] = [
  {
    name: 'model',
    of: ({ model }) => model,
    heading: 'Model',
    fold: wrapId,
    cell: ({ model, warnings = [], disputes = [] }) =>
      plain(model) + (warnings.length + disputes.length > 0 ? ' *' : ''),
  },
  { name: 'region', of: ({ region }) => region, heading: 'Region' },
  { name: 'tier', of: ({ tier }) => tier, heading: 'Terms', cell: termsOf },
  figure('input', 'Input', 'inputPerMillion'),
  figure('output', 'Output', 'outputPerMillion'),
  figure('cache-read', 'Cache read', 'cacheReadPerMillion'),
  figure('cache-write', 'Cache write', 'cacheWritePerMillion'),
  figure('cache-write-1h', 'Write 1 h', 'cacheWrite1hPerMillion'),
  figure('image', 'Image', 'perImage'),
  { name: 'source', of: ({ source }) => source ?? null, heading: 'Source', fold: wrap },
  { name: 'as-of', of: ({ asOf }) => asOf ?? null, heading: 'As of' },
]

function termsOf({ tier, promptOver = 0 }: Known): string {
  const long = promptOver > 0 ? [`prompts over ${promptOver / 1000}k`] : []
  return tier === 'standard' && long.length > 0 ? long.join('') : [tier, ...long].join(', ')
}
