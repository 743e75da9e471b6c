import { IDENTITY, preparationOf } from '../sources/logs/fields.ts'
import { piped } from '../sources/logs/query.ts'
import { COST } from './price-groups.ts'
import type { QueryParameters, ReadyQuery } from './ready-query.ts'

/** A query in CloudWatch's own language, as the console takes it. */
export function queryText(query: ReadyQuery, parameters: QueryParameters): string {
  const { models, window, limit, prices = [] } = parameters
  const commands = query.commands(parameters)
  const byTokens = query.ranksByCost && prices.length === 0
  const shown = (query.display ?? []).filter((field) => !byTokens || field !== COST)
  const sort = query.sort.filter(({ field }) => !byTokens || field !== COST)
  const all = [
    // The first event of the stream is no record, and has no fields.
    'filter ispresent(modelId)',
    // StartQuery's ends are whole seconds, both included: what is beside the window is left out here.
    ...(window ? [`filter toMillis(@timestamp) >= ${window.start} and toMillis(@timestamp) < ${window.end}`] : []),
    ...(models.length > 0 ? [`filter modelId in [${models.map(quoted).join(', ')}]`] : []),
    ...preparationOf(query.numbers, commands.join(' ').includes(IDENTITY) ? IDENTITY : ''),
    ...commands,
    `sort ${sort.map(({ field, descending }) => `${field} ${descending ? 'desc' : 'asc'}`).join(', ')}`,
    `limit ${limit}`,
    ...(shown.length > 0 ? [`display ${shown.join(', ')}`] : []),
  ]
  const remarks = [query.summary, ...(byTokens ? ['ranked by their tokens: Logs Insights knows no prices'] : [])]
  return `${remarks.map((remark) => `# ${remark}\n`).join('')}${piped(...all)}`
}

/** A text between quotation marks, which nothing in it ends. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
