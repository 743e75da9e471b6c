import { hasCode } from '../../../aws/errors.ts'
import { placeName } from '../../../core/place.ts'
import { questionStatement, termsStatement } from '../../lake/questions.ts'
import type { Window } from '../../model.ts'
import { isAmong, type QueryEngine } from '../query-engine.ts'
import type { ScanBudget } from './budget.ts'
import { estimate } from './estimate.ts'
import type { Lake, Lakes } from './lakes.ts'
import { isBlind } from './read.ts'
import { BAD_DATA, LONGEST, runStatement } from './run-query.ts'

/** Athena, for ready-made queries: each table is asked once for all of its places. */
export async function lakeEngine(
  { lakes, silent }: Pick<Lakes, 'lakes' | 'silent'>,
  { window, budget, looks }: { window: Window; budget: ScanBudget; looks: number },
): Promise<QueryEngine> {
  const estimates = await Promise.all(lakes.map((lake) => estimate(lake, window)))
  // A query that ranks by cost looks twice.
  budget.plan(Array.from({ length: looks }, () => estimates).flat())
  const blind = new Set<string>()
  const engine: QueryEngine<Lake> = {
    warnings: () => (blind.size > 0 ? [isBlind([...blind])] : []),
    label: lakes[0]?.table.table ?? '',
    longest: LONGEST,
    targets: lakes,
    nameOf: (target) => placeName(target, lakes),
    // A price is the same in all accounts of a Region.
    covers: ({ places }, { account, region }) =>
      places.some((place) => place.account === account && place.region === region),
    isPart: isAmong(silent),
    ownerIn:
      () =>
      ({ account = '', region = '' }) => ({ account, region }),
    textOf({ table, places }, query, parameters) {
      const told = (hasBodies: boolean) => {
        const asked = { table: { ...table, hasBodies }, places, window }
        return query === 'terms' ? termsStatement(parameters, asked) : questionStatement(query, parameters, asked)
      }
      const isOfBodies = query !== 'terms' && query.lake.isOfBodies
      return { ...told(table.hasBodies), ...(table.hasBodies && !isOfBodies && { without: told(false) }) }
    },
    async run(target, { sql, columns = [], without }, limit, tell) {
      const ask = (text: { sql: string }) => runStatement(target, { sql: text.sql, columns }, budget, tell)
      const { rows, bytesScanned } = await ask({ sql }).catch((error: unknown) => {
        if (!without || !hasCode(error, BAD_DATA)) throw error
        blind.add(placeName(target, lakes))
        return ask(without)
      })
      return { rows, bytesScanned, outcome: rows.length >= limit ? 'cut' : 'complete' }
    },
  }
  return engine as unknown as QueryEngine
}
