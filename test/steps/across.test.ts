import { describe, expect, test } from '@jest/globals'
import { together } from '../../src/cli/commands/change-result.ts'
import type { ChangeReportResource, CommandResult } from '../../src/core/change-report.ts'
import { AppError, declined } from '../../src/core/errors.ts'
import type { Event } from '../../src/core/events.ts'
import { acrossAccounts, HELD_UP } from '../../src/steps/across.ts'
import type { Fleet, Session } from '../../src/steps/session.ts'

const IDS = Array.from({ length: 20 }, (_, index) => String(200_000_000_000 + index))

function fleetOf(ids: readonly string[], unopened: Fleet['accounts'] = []): Fleet {
  const cx = { emit: () => {} }
  const sessions = ids.map((accountId) => ({ cx, env: { accountId, regions: ['us-east-1'] }, warnings: [] as never[] }))
  return {
    cx: cx as unknown as Fleet['cx'],
    sessions: sessions as unknown as Fleet['sessions'],
    accounts: [...ids.map((id) => ({ id })), ...unopened],
  }
}

const resource = (outcome: ChangeReportResource['outcome']): ChangeReportResource => ({
  ...{ step: '1', region: 'global', type: 'iam-role', name: 'r', changes: [] },
  ...{ action: 'create', outcome },
})

function resultOf({ env }: Session, outcome: ChangeReportResource['outcome'], error?: AppError): CommandResult {
  const head = { schemaVersion: 1, command: 'setup', accountId: env.accountId, regions: ['us-east-1'] } as const
  const report = { ...head, regions: [...head.regions], ok: !error, resources: [resource(outcome)], warnings: [] }
  return { report, ...(error && { error }) }
}

const failure = new AppError('aws', 'AccessDenied', 'not allowed')

/** Plans each account; `odd` does as `how` says instead. Answers who was changed, and how often it was asked. */
async function tried(how: (session: Session) => Promise<CommandResult>, keepGoing = false, odd = IDS[3]) {
  const changed: string[] = []
  let asked = 0
  const fleet = fleetOf(IDS)
  const options = {
    keepGoing,
    settle: async () => {
      asked += 1
      return undefined
    },
  }
  const run = acrossAccounts(
    fleet,
    async (session, begin) => {
      if (session.env.accountId === odd) return how(session)
      const stopped = await begin([])
      if (stopped) return resultOf(session, 'not-run', stopped)
      changed.push(session.env.accountId)
      return resultOf(session, 'done')
    },
    options,
  )
  const results = await run.catch((error: unknown) => error)
  return { changed, asked, results, fleet }
}

describe('before anything is changed, all plans stand', () => {
  test('with more accounts than are planned side by side, and one question', async () => {
    const { changed, asked } = await tried(async (session) => resultOf(session, 'unchanged'))
    expect([changed.length, asked]).toEqual([IDS.length - 1, 1])
  })

  test('a warning of many accounts is told once, with their names', async () => {
    const told: string[] = []
    const [a = '', b = '', c = ''] = IDS
    const fleet = fleetOf([a, b, c])
    const emit = (event: Event) => event.type === 'warning' && told.push(event.warning.message)
    Object.assign(fleet.cx, { emit })
    const settle = async () => {
      told.push('settled')
      return undefined
    }
    const warn = ({ cx }: Session, message: string) =>
      cx.emit({ type: 'warning', warning: { code: 'budget-full', message } })
    const results = await acrossAccounts(
      fleet,
      async (session, begin) => {
        const { accountId } = session.env
        warn(session, 'the budget is full')
        if (accountId !== c) warn(session, `bucket logs-${accountId} is open`)
        await begin([])
        if (accountId === b) warn(session, 'late')
        return { report: { ...resultOf(session, 'done').report, warnings: session.warnings } }
      },
      { keepGoing: false, settle },
    )
    const before = ['all 3 accounts: the budget is full', `accounts ${a}, ${b}: bucket logs-ACCOUNT_ID is open`]
    const after = `account ${b}: late`
    expect(told).toEqual([...before, 'settled', after])
    const { warnings } = together('setup', fleet, results).report
    expect(warnings.map(({ message }) => message)).toEqual([...before, after])
  })

  test.each([
    ['answers an error', async (session: Session) => resultOf(session, 'failed', failure)],
    ['throws one', () => Promise.reject(failure)],
  ])('one account that %s stops all, unless it is to be gone on', async (_, how) => {
    const { changed, asked, results, fleet } = await tried(how)
    expect([changed, asked]).toEqual([[], 0])
    expect(together('setup', fleet, results as never).error).toMatchObject({ code: HELD_UP, kind: 'blocked' })
    const going = await tried(how, true)
    expect([going.changed.length, going.asked]).toEqual([IDS.length - 1, 1])
    expect(together('setup', going.fleet, going.results as never).error).toMatchObject({ kind: 'partial' })
  })

  test.each([
    ['a fault of the program', new TypeError('x is not a function'), 'InternalError'],
    ['an interruption', new AppError('interrupted', 'Interrupted', 'interrupted'), 'Interrupted'],
  ])('%s stops all, whatever is to be gone on', async (_, thrown, code) => {
    const { changed, asked, results } = await tried(() => Promise.reject(thrown), true)
    expect([changed, asked]).toEqual([[], 0])
    expect(results).toMatchObject({ code })
  })
})

describe('the result of all', () => {
  const of = (outcomes: readonly (readonly [ChangeReportResource['outcome'], AppError?])[]) => {
    const fleet = fleetOf(IDS.slice(0, outcomes.length))
    const results = fleet.sessions.map((session, index) => {
      const [outcome, error] = outcomes[index] ?? ['unchanged']
      return { session, result: resultOf(session, outcome, error) }
    })
    return together('setup', fleet, results).error
  }

  test.each([
    ['well in each', [['done'], ['unchanged']], undefined],
    ['a no to the one question', [['not-run', declined()], ['unchanged']], 'Declined'],
    ['a no in one account, after another was changed', [['done'], ['not-run', declined()]], 'PartlyDone'],
    [
      'a failure in each',
      [
        ['failed', failure],
        ['failed', failure],
      ],
      'AccessDenied',
    ],
    ['a failure in one', [['done'], ['failed', failure]], 'PartlyDone'],
  ] as const)('%s', (_, outcomes, code) => {
    expect(of(outcomes as never)?.code).toBe(code)
  })
})
