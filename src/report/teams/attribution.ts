import type { Warning } from '../../core/events.ts'
import { grouped } from '../arrange.ts'
import { groupsBy, isTimeGrouping, NAMED_AFTER } from '../grouping.ts'
import type { Dimensions, GroupKey, GroupPercentiles, Row } from '../model.ts'
import type { PriceBook } from '../prices/book.ts'
import { checkGroupings } from '../sources/index.ts'
import { NO_PERCENTILES, NOT_JOINED } from '../sources/percentiles.ts'
import type { Source, SourceReading } from '../sources/source.ts'
import { fitter, type Where, whereFitter } from '../where.ts'
import {
  dimensionsOfRules,
  type Names,
  noTeams,
  type TeamRule,
  type Teams,
  type Told,
  tagReader,
  teamFinder,
} from './rules.ts'
import { type Statement, teamStatement } from './statement.ts'

const TAG = 'tag:'

type Accounts = { accounts: NonNullable<Names['accounts']> }

/** Whether use fits by what is told of it; undefined: all does. */
export type Fits = ((told: Told) => boolean) | undefined

export type Attribution = ReturnType<typeof attribution>

/**
 * Teams and tags are found once rows are read: what a source is asked instead, and how its rows are named then.
 * @param by what use is told apart by, in all
 * @throws a usage error where there are no teams, and where the source does not tell what their rules are by
 */
export function attribution(
  source: Source<never>,
  { by, where = {}, teams }: { by: readonly string[]; where?: Where | undefined; teams?: Teams | undefined },
) {
  const tells = (name: string) => groupsBy(source.groupings, name)
  const isNamed = (name: string) => groupsBy(NAMED_AFTER, name) && !tells(name)
  const names = [...new Set([...by, ...Object.keys(where)].filter(isNamed))]
  const ofTeams = names.includes('team')
  if (ofTeams && !teams) throw noTeams()
  const rules = ofTeams && teams ? teams.rules : []
  const others = Object.entries(where).filter(([name]) => !isNamed(name))
  const fitsOf = (keys: readonly string[]): Fits => (keys.length > 0 ? whereFitter(where, keys) : undefined)
  const byNames = Object.keys(where).filter(isNamed)
  const ruledBy = rules.flatMap((rule) => Object.keys(rule.where))
  checkGroupings(source, ruledBy, `${teams?.source}: teams by`)
  const readsTags = [...names, ...ruledBy].some((name) => name.startsWith(TAG) && !tells(name))
  const own = by.filter((name) => !isNamed(name))
  const asked = [...new Set([...own, ...dimensionsOfRules(rules, tells), ...(readsTags ? ['model'] : [])])]
  return {
    by: asked,
    where: others.length > 0 ? Object.fromEntries(others) : undefined,
    /** Tags of application inference profiles have to be read. */
    readsTags,
    /** What of the use is asked for by teams and tags; undefined: all of it. */
    fits: fitsOf(byNames),
    part: (named: SourceReading, by: readonly string[], fits: Fits) =>
      fits || by.join() !== asked.join() ? narrowed(named, by, fits) : named,
    /** What teams used and pay; no lines where nobody asks. */
    statement(named: SourceReading, at: { zone: string; now: number } & Accounts, book: PriceBook): Statement {
      if (!ofTeams || !teams) return { warnings: [] }
      // Whose use is asked for says nothing of how the cost is shared.
      const fits = fitsOf(byNames.filter((name) => name !== 'team'))
      const { rows, window, unread, began = window.start } = narrowed(named, ['team'], fits)
      const isPart = Object.keys(where).some((name) => name !== 'team')
      const { zone, now, accounts } = at
      const facts = { rows, window, began, zone, now, isUnread: unread !== undefined, isPart }
      const { lines, warnings } = teamStatement(teams, facts, book)
      const shown = fitter(where.team)
      return {
        lines: lines.filter(({ team }) => shown(team)),
        warnings: [...warnings, ...namesLacking(rules, accounts)],
      }
    },
    /** A reading with teams and tags among the dimensions of its rows. */
    named(reading: SourceReading, known: Names) {
      if (names.length === 0) return reading
      const [tagOf, teamOf] = [tagReader(known), teamFinder(rules, known)]
      return withDimensions(reading, (told) =>
        Object.fromEntries(
          names.map((name) => [name, name === 'team' ? teamOf(told) : tagOf(told, name.slice(TAG.length))]),
        ),
      )
    },
  }
}

function namesLacking(rules: readonly TeamRule[], accounts: Accounts['accounts']): Warning[] {
  const byName = rules.flatMap(({ where }) => where.account ?? []).filter((glob) => /[^\d*?]/.test(glob))
  if (byName.length === 0 || accounts.some(({ name }) => name !== undefined)) return []
  const message = `no account's name is known here, so that rules by account=${byName.join()} take nothing: use ids, pass --accounts org, or name the accounts in "accounts" of the configuration file`
  return [{ code: 'account-names-unknown', message }]
}

function withDimensions(reading: SourceReading, more: (told: Told) => Told): SourceReading {
  // Many rows share theirs.
  const known = new WeakMap<Dimensions, Dimensions>()
  const dimensionsOf = (dimensions: Dimensions) => {
    const named = known.get(dimensions) ?? { ...dimensions, ...more(dimensions) }
    known.set(dimensions, named)
    return named
  }
  const { percentilesBy } = reading
  return {
    ...reading,
    ...(percentilesBy && {
      percentilesBy: (by, told) => percentilesBy(by, (dimensions) => told(dimensionsOf(dimensions))),
    }),
    ...(reading.used && { used: reading.used.map(dimensionsOf) }),
    rows: each(reading.rows, (row) => [{ ...row, dimensions: dimensionsOf(row.dimensions) }]),
    percentiles: reading.percentiles.map((group) =>
      isOfAll(group) ? group : { ...group, key: { ...group.key, ...more(group.key) } },
    ),
  }
}

const isOfAll = ({ key }: GroupPercentiles) => Object.keys(key).length === 0

/**
 * The part of a reading that fits, told apart by less than it is. Percentiles do not add up: where the source has not every sample, a
 * group has some only where all of its own are of one group of the reading.
 */
function narrowed(reading: SourceReading, by: readonly string[], fits: NonNullable<Fits> = () => true): SourceReading {
  const { used, unasked = [], percentilesBy, ...others } = reading
  const fitting = percentilesBy?.(by, (dimensions) => (fits(dimensions) ? dimensions : undefined))
  const { percentiles, isLost } = fitting ? { percentiles: fitting, isLost: false } : joined(reading, by, fits)
  return {
    ...others,
    rows: each(reading.rows, (row) => (fits(row.dimensions) ? [row] : [])),
    ...(used && { used: used.filter(fits), unasked: [...unasked, ...used.filter((one) => !fits(one))] }),
    percentiles,
    warnings: isLost ? [...reading.warnings, NOT_JOINED] : reading.warnings,
  }
}

/** The percentiles of what is left of groups, where all of a group's samples are of one of them. */
function joined({ percentiles }: SourceReading, by: readonly string[], fits: NonNullable<Fits>) {
  const own = percentiles.filter((group) => !isOfAll(group) && fits(group.key))
  const isWhole = own.length === percentiles.filter((group) => !isOfAll(group)).length
  const isApart = own.some(({ key }) => Object.keys(key).some(isTimeGrouping))
  const groups = [...grouped(own, ({ key }) => JSON.stringify(by.map((name) => key[name]))).values()]
  const ofGroups = groups.map((all) =>
    onlyOf(all, Object.fromEntries(by.map((name) => [name, all[0].key[name] ?? '']))),
  )
  const ofAll = isWhole ? percentiles.filter(isOfAll) : isApart ? [] : [onlyOf(own, {})]
  const isLost = groups.some((all) => all.filter(({ latency }) => latency.p50 !== null).length > 1)
  return { percentiles: [...ofAll, ...ofGroups], isLost }
}

/** Of those with samples, if that is one. */
function onlyOf(groups: readonly GroupPercentiles[], key: GroupKey): GroupPercentiles {
  const only = (timing: 'latency' | 'timeToFirstToken') => {
    const [first = NO_PERCENTILES, ...others] = groups.map((group) => group[timing]).filter(({ p50 }) => p50 !== null)
    return others.length === 0 ? first : NO_PERCENTILES
  }
  return { key, latency: only('latency'), timeToFirstToken: only('timeToFirstToken') }
}

function each(rows: Iterable<Row>, of: (row: Row) => Row[]): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const row of rows) yield* of(row)
    },
  }
}
