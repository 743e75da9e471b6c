import { type NanoUsd, toUsd } from '../money.ts'
import type { Report } from '../view.ts'
import { ruleFinder, type TeamRule } from './rules.ts'

/** What is the same in all calls of one caller, by grouping; without what tells nothing. */
export type CallerKey = Readonly<Record<string, string>>

export type Used = ReturnType<typeof told>
export type TeamsCheck = ReturnType<typeof checkTeams>
export type CheckedCaller = TeamsCheck['callers'][number]
export type CheckedRule = TeamsCheck['rules'][number]

/** Who fits what in a report that is told apart by all that rules are by. Models are told apart for the rules alone. */
export function checkTeams(rules: readonly TeamRule[], { groups, profiles, accounts, total }: Report) {
  const names = { profiles, accounts }
  const ruleOf = ruleFinder(rules, names)
  const alone = rules.map((rule) => ruleFinder([rule], names))
  const takenBy = rules.map(() => new Set<number>())
  const ofRules = rules.map(noSum)
  const ofCallers = new Map<string, { sum: Sum; caller: CallerKey; rule: number | undefined }>()
  const unallocated = noSum()
  for (const group of groups) {
    const rule = ruleOf(group.key)
    for (const [index, fits] of alone.entries()) {
      if (rule !== undefined && index > rule && fits(group.key) !== undefined) takenBy[index]?.add(rule + 1)
    }
    const { model: _, ...key } = group.key
    const caller = Object.fromEntries(Object.entries(key).filter(([, value]) => value !== ''))
    const id = JSON.stringify([caller, rule])
    const known = ofCallers.get(id) ?? { sum: noSum(), caller, rule }
    ofCallers.set(id, known)
    const ofRule = (rule === undefined ? undefined : ofRules[rule]) ?? unallocated
    for (const sum of [known.sum, ofRule]) {
      sum.invocations += group.invocations ?? 0
      sum.costIsFloor ||= group.costIsFloor
      if (group.costUsd !== null) sum.cost = (sum.cost ?? 0n) + BigInt(Math.round(group.costUsd * 1e9))
    }
    ofRule.callers.add(JSON.stringify(caller))
  }
  const callers = [...ofCallers.values()].map(({ sum, caller, rule }) => {
    // The rule that takes it, from 1; null: none does.
    const team = (rule === undefined ? undefined : rules[rule]?.team) ?? null
    return { caller, rule: rule === undefined ? null : rule + 1, team, ...told(sum) }
  })
  const rest = told(unallocated)
  return {
    rules: rules.map(({ team, where }, index) => {
      const sum = ofRules[index] ?? noSum()
      const isIdle = sum.callers.size === 0
      // Where it takes nothing: the rules before it that take all that it would fit. Empty where nothing fits it.
      const before = isIdle && { takenBy: [...(takenBy[index] ?? [])] }
      return { rule: index + 1, team, where, callers: sum.callers.size, ...told(sum), ...before }
    }),
    callers: callers.sort((a, b) => (b.costUsd ?? -1) - (a.costUsd ?? -1) || b.invocations - a.invocations),
    unallocated: {
      callers: unallocated.callers.size,
      ...rest,
      share: total.costUsd ? (rest.costUsd ?? 0) / total.costUsd : null,
    },
  }
}

type Sum = ReturnType<typeof noSum>

function noSum() {
  return { callers: new Set<string>(), invocations: 0, cost: undefined as NanoUsd | undefined, costIsFloor: false }
}

/** Without a cost where none of it has a price. */
function told({ invocations, cost, costIsFloor }: Sum) {
  return { invocations, costUsd: cost === undefined ? null : toUsd(cost), costIsFloor }
}
