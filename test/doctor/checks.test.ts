import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ChangeReportResource } from '../../src/core/change-report.ts'
import { AppError } from '../../src/core/errors.ts'
import { CHECKS } from '../../src/doctor/doctor.ts'
import { examine } from '../../src/doctor/finding.ts'
import type { LoggingFacts } from '../../src/doctor/gather/destinations.ts'
import type { ExportFacts, Facts } from '../../src/doctor/gather/gather.ts'
import { comparable, type RegionFacts, type TopicFacts } from '../../src/doctor/gather/region.ts'
import { THRESHOLD_ALARMS } from '../../src/steps/alarms/threshold-alarms.ts'

const REGION = 'us-east-1'
const HOUR_MS = 3_600_000
const ours = { logGroup: '/log', bucket: 'bucket', role: 'arn:aws:iam::111122223333:role/Role', text: true }
const logging: LoggingFacts = { logGroup: ours.logGroup, role: ours.role, bucket: ours.bucket, text: true }
const window = { start: 0, end: 24 * HOUR_MS }

const resource = (type: string, name: string, more: Partial<ChangeReportResource> = {}): ChangeReportResource => ({
  step: '1',
  region: type === 'iam-role' ? 'global' : REGION,
  type,
  name,
  action: 'none',
  changes: [],
  outcome: 'unchanged',
  ...more,
})

const heard: TopicFacts = {
  arn: `arn:aws:sns:${REGION}:111122223333:topic`,
  ours: true,
  confirmed: 1,
  pending: 0,
  waiting: [],
  unsubscribed: [],
  lacks: [],
  keyId: undefined,
}

const healthyRegion: RegionFacts = {
  region: REGION,
  ours,
  logging,
  usage: { invocations: 100, mantleCalls: 0, unpriced: [] },
  deliveries: {
    'log group': { success: 100, failure: 0 },
    bucket: { success: 4, failure: 0 },
    'bucket for large bodies': { success: 0, failure: 0 },
  },
  coverage: { window, invocations: 100, records: 100 },
  topic: heard,
  lake: { name: 'monitor.calls', failure: undefined },
}

const standing = [
  resource('iam-role', 'Role'),
  resource('s3-bucket', 'bucket', { step: '2' }),
  resource('log-group', '/log'),
  resource('invocation-logging', `invocation-logging-${REGION}`),
  resource('sns-topic', 'topic', { step: '5' }),
  resource('alarm', 'Alarm', { step: '5' }),
  resource('budget', 'bedrock-monthly', { step: '5', region: 'global' }),
]

const billExport: ExportFacts = {
  name: 'bill',
  table: 'COST_AND_USAGE_REPORT',
  place: 's3://bills/cur/bill',
  principals: true,
  health: undefined,
  createdAt: 0,
  refreshedAt: 20 * HOUR_MS,
}

const factsWith = (region: Partial<RegionFacts> = {}, more: Partial<Facts> = {}): Facts => ({
  accountId: '111122223333',
  caller: 'arn:aws:iam::111122223333:user/me',
  rights: { missing: [] },
  resources: standing,
  regions: [{ ...healthyRegion, ...region }],
  elsewhere: [],
  elsewhereUnread: false,
  concerns: [],
  cures: new Map(),
  unread: [],
  now: 24 * HOUR_MS,
  bill: { exports: [billExport], tags: [] },
  ...more,
})

const replaced = (type: string, more: Partial<ChangeReportResource>) => ({
  resources: standing.map((each) => (each.type === type ? { ...each, ...more } : each)),
})

test.each<[string, Partial<ExportFacts>[], string[]]>([
  ['none', [], ['billing-export-missing']],
  ['one of FOCUS alone', [{ table: 'FOCUS_1_2_AWS', principals: false }], ['billing-export-without-principals']],
  ['one without principals', [{ principals: false }], ['billing-export-without-principals']],
  ['an older one beside one that is well', [{ principals: false, refreshedAt: undefined }, {}], []],
  ['one just made', [{ createdAt: 23 * HOUR_MS, refreshedAt: undefined }], []],
  ['one that never came', [{ createdAt: -30 * HOUR_MS, refreshedAt: undefined }], ['billing-export-stale']],
  ['one that came last three days ago', [{ refreshedAt: -49 * HOUR_MS }], ['billing-export-stale']],
  ['one that AWS may not deliver', [{ health: 'INSUFFICIENT_PERMISSION' }], ['billing-export-unhealthy']],
])('of the exports of the bill, %s', (_title, some, codes) => {
  const exports = some.map((each) => ({ ...billExport, ...each }))
  const { findings, passed } = examine(factsWith({}, { bill: { exports, tags: [] } }), CHECKS)
  expect(findings.map(({ code }) => code)).toEqual(codes)
  expect(findings.every(({ severity }) => severity !== 'error')).toBe(true)
  expect(passed.includes('the account has an export of the bill that is not overdue and shows who called')).toBe(
    codes.length === 0,
  )
})

test('who may not see the bill is told so, and nothing worse', () => {
  const unread = { unread: 'not allowed' }
  const { findings, passed } = examine(factsWith({}, { bill: { exports: unread, tags: unread } }), CHECKS)
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual(Array(2).fill(['bill-not-checked', 'info']))
  expect(passed).not.toContain('everything could be checked')
})

test('where the bill does not answer, what helps is told, and no policy', () => {
  const unread = { unread: 'socket hang up', hint: 'check the network' }
  const { findings } = examine(factsWith({}, { bill: { exports: unread, tags: unread } }), CHECKS)
  expect(findings.map(({ code, fix }) => [code, fix])).toEqual(
    Array(2).fill(['bill-not-checked', expect.stringMatching(/check the network/)]),
  )
})

test('tags of principals that are not activated are told with the command, other tags by their number', () => {
  const tags = ['iamPrincipal/owner', 'iamPrincipal/team', 'project']
  const { findings } = examine(factsWith({}, { bill: { exports: [billExport], tags } }), CHECKS)
  expect(findings).toMatchObject([{ code: 'cost-tags-inactive', severity: 'info' }])
  expect(findings[0]?.why).toContain('1 other tag')
  expect(findings[0]?.fix).toContain('TagKey=iamPrincipal/owner,Status=Active TagKey=iamPrincipal/team,Status=Active')
  const others = examine(factsWith({}, { bill: { exports: [billExport], tags: ['project'] } }), CHECKS)
  expect(others.findings).toEqual([])
})

test('what stands in the way of setup is cured by what cures it, and not by setup', () => {
  const reason = 'it has no room for our tags'
  const facts = factsWith({}, replaced('iam-role', { action: 'blocked', reason }))
  const { findings } = examine({ ...facts, cures: new Map([[reason, 'take 2 of its tags off']]) }, CHECKS)
  expect(findings.find(({ code }) => code === 'resource-not-ours')?.fix).toBe('take 2 of its tags off')
})

test('what keeps several things from being read is told once, with all their names', () => {
  const error = { code: 'AccessDenied', message: 'not allowed', hint: 'allow it' }
  const alarms = ['one', 'two', 'three'].map((name) => resource('alarm', name, { outcome: 'failed', error }))
  const { findings } = examine(factsWith({}, { resources: [...standing, ...alarms] }), CHECKS)
  const told = findings.filter(({ code }) => code === 'resource-unreadable')
  expect(told).toMatchObject([{ title: '3 alarms (one, two, three) cannot be read: not allowed', fix: 'allow it' }])
})

test('a budget at $0 beside calls that cost something is told', () => {
  const budgetAtZero = { name: 'bedrock-monthly', costUsd: 12.345, since: 0, until: 24 * HOUR_MS }
  const { findings } = examine(factsWith({}, { budgetAtZero }), CHECKS)
  expect(findings).toMatchObject([
    {
      code: 'budget-at-zero',
      title: expect.stringContaining('shows $0, while calls from 1970-01-01 to 1970-01-02'),
    },
  ])
})

test.each(THRESHOLD_ALARMS)('an alarm that is missing is told with its threshold: $name', ({ name, threshold }) => {
  const { findings } = examine(
    factsWith({}, replaced('alarm', { name: name.replace('…', 'maker.model-v1'), action: 'create' })),
    CHECKS,
  )
  expect(findings).toMatchObject([
    { code: 'resource-missing', why: expect.stringContaining(`: ${threshold.describe}`) },
  ])
})

test('alarms that are missing in a Region are one finding, with what creates all of them', () => {
  const facts = factsWith({}, replaced('alarm', { action: 'create' }))
  const [alarm] = facts.resources.filter(({ type }) => type === 'alarm')
  const twice = {
    ...facts,
    resources: [...facts.resources, { ...(alarm as NonNullable<typeof alarm>), name: 'Bedrock-Other' }],
  }
  expect(examine(twice, CHECKS).findings).toMatchObject([
    {
      code: 'resource-missing',
      title: '2 alarms are missing',
      why: `${alarm?.name}, Bedrock-Other`,
      fix: `bedrock-monitor setup --only 5 --region ${alarm?.region}`,
    },
  ])
})

test('a configuration of somebody else is first read where it is', () => {
  const { findings } = examine(factsWith({ logging: { logGroup: '/x', role: 'r', bucket: 'y', text: true } }), CHECKS)
  expect(findings[0]?.fix).toMatch(
    /^bedrock-monitor report --source logs --region us-east-1 reads it there\. To replace/,
  )
  const bucketOnly = { logGroup: undefined, role: undefined, bucket: 'y', text: true }
  expect(examine(factsWith({ logging: bucketOnly }), CHECKS).findings[0]?.fix).toContain('--source s3')
})

const codesOf = (facts: Facts) => examine(facts, CHECKS).findings.map(({ code }) => code)
const change = (path: string) => ({ action: 'update' as const, changes: [{ path, from: 1, to: 2 }] })

describe('the checks, on facts', () => {
  test('find nothing where nothing is wrong', () => {
    const { findings, passed } = examine(factsWith(), CHECKS)
    expect(findings).toEqual([])
    expect(passed).toEqual(CHECKS.map(({ title }) => title))
  })

  test.each<[string, Facts, string[]]>([
    ['another log group', factsWith({ logging: { ...logging, logGroup: '/other' } }), ['logging-group']],
    ['no log group', factsWith({ logging: { ...logging, logGroup: undefined, role: undefined } }), ['logging-group']],
    [
      'a table that fails',
      factsWith({ lake: { name: 'a.b', failure: new AppError('aws', 'Gone', 'gone') } }),
      ['lake-broken'],
    ],
    ['another role', factsWith({ logging: { ...logging, role: 'arn:aws:iam::1:role/x' } }), ['logging-role']],
    ['no bucket', factsWith({ logging: { ...logging, bucket: undefined } }), ['logging-bucket']],
    ['no bodies', factsWith({ logging: { ...logging, text: false } }), ['logging-without-text']],
    ['no bodies, as asked', factsWith({ ours: { ...ours, text: false }, logging: { ...logging, text: false } }), []],
    [
      'nothing of ours in it',
      factsWith({ logging: { logGroup: '/x', role: 'r', bucket: 'y', text: true } }),
      ['logging-elsewhere'],
    ],
    [
      'nothing of ours in it, nor anywhere',
      factsWith(
        { logging: { logGroup: undefined, role: undefined, bucket: 'y', text: true } },
        {
          resources: standing.map((one) =>
            /iam|s3|log-group/.test(one.type) ? { ...one, action: 'create' as const } : one,
          ),
        },
      ),
      ['logging-elsewhere'],
    ],
    [
      'a group of somebody else that is gone',
      factsWith({ logging: { logGroup: '/x', role: 'r', bucket: 'y', text: true, gone: ['log group /x'] } }),
      ['logging-elsewhere', 'delivery-broken'],
    ],
    [
      'a group that is gone',
      factsWith({}, replaced('log-group', { action: 'create' })),
      ['resource-missing', 'delivery-broken'],
    ],
    ['a changed trust', factsWith({}, replaced('iam-role', change('trust'))), ['resource-differs', 'delivery-broken']],
    ['a changed tag', factsWith({}, replaced('iam-role', change('owner'))), ['resource-differs']],
    ['a topic that is not ours', factsWith({}, replaced('sns-topic', { action: 'blocked' })), ['resource-not-ours']],
    [
      'disabled actions, told once',
      factsWith({}, replaced('alarm', change('actionsEnabled'))),
      ['alarm-actions-disabled'],
    ],
    ['a topic policy, told once', factsWith({}, replaced('sns-topic', change('policy'))), ['topic-policy']],
    ['one record in a hundred on its way', factsWith({ coverage: { window, invocations: 100, records: 99 } }), []],
    ['two missing', factsWith({ coverage: { window, invocations: 100, records: 98 } }), ['records-missing']],
    ['more records than invocations', factsWith({ coverage: { window, invocations: 100, records: 130 } }), []],
    ['no invocations to hold against', factsWith({ coverage: { window, invocations: 0, records: 0 } }), []],
    ['no coverage known', factsWith({ coverage: undefined }), []],
    [
      'other use that is logged',
      factsWith({}, { elsewhere: [{ region: 'eu-west-1', invocations: 5, logging: true }] }),
      [],
    ],
    [
      'what could not be read',
      factsWith({}, { unread: [{ what: 'x', why: 'y', incomplete: false }] }),
      ['not-checked'],
    ],
    [
      'calls of the other endpoint only',
      factsWith({ usage: { invocations: 0, mantleCalls: 3, unpriced: [] }, coverage: undefined }),
      ['mantle-traffic'],
    ],
  ])('%s', (_title, facts, codes) => {
    expect(codesOf(facts)).toEqual(codes)
  })

  test('say what mends what cannot be read: as the error does or, where it does not, setup', () => {
    const unreadable = (hint?: string) => {
      const error = { code: 'X', message: 'no', ...(hint !== undefined && { hint }) }
      return factsWith({}, { resources: [resource('alarm', 'Alarm', { step: '5', outcome: 'failed', error })] })
    }
    const fixOf = (facts: Facts) => examine(facts, CHECKS).findings.map(({ fix }) => fix)
    expect(fixOf(unreadable('allow it'))).toEqual(['allow it'])
    expect(fixOf(unreadable())).toEqual([`bedrock-monitor setup --only 5 --region ${REGION}`])
  })

  test('tell why anything that is missing matters, of a kind that has no words of its own too', () => {
    const of = (type: string) =>
      examine(factsWith({}, { resources: [...standing, resource(type, 'x', { action: 'create' })] }), CHECKS)
        .findings[0]
    expect(of('budget')?.why).toContain("the month's spend")
    expect(of('anomaly-detector')?.why).toBe('the monitoring is incomplete without it')
  })

  describe('of two Regions', () => {
    const other = 'eu-west-1'
    const both = (more: Partial<RegionFacts>, rest: Partial<Facts> = {}) =>
      factsWith({}, { regions: [healthyRegion, { ...healthyRegion, region: other, ...more }], ...rest })

    test.each<[string, Partial<RegionFacts>]>([
      ['has logging unread', { logging: undefined }],
      ['has no topic', { topic: undefined }],
      ['has deliveries unread', { deliveries: undefined }],
      ['has metrics unread', { usage: undefined, coverage: undefined }],
    ])('the one that %s is passed over', (_title, more) => {
      expect(codesOf(both(more))).toEqual([])
    })

    test('what is told of one names it', () => {
      const { findings } = examine(both({ logging: null, topic: { ...heard, confirmed: 0 } }), CHECKS)
      expect(findings.map(({ code }) => code)).toEqual(['logging-off', 'alarms-unsubscribed'])
      for (const { title, fix } of findings) {
        expect(title).toContain(other)
        expect(fix).toContain(`--region ${other}`)
      }
    })

    test('a changed policy of what is of no Region is told in each', () => {
      const alarm = resource('alarm', 'Alarm', { step: '5', region: 'global', ...change('actionsEnabled') })
      const found = examine(both({}, { resources: [...standing, alarm] }), CHECKS).findings
      expect(found.map(({ fix }) => fix)).toEqual(['bedrock-monitor setup --only 5', 'bedrock-monitor setup --only 5'])
    })
  })

  test('a topic of somebody else is looked at where setup makes none', () => {
    const { passed } = examine(
      factsWith(
        { topic: { ...heard, ours: false } },
        { resources: standing.filter(({ type }) => type !== 'sns-topic') },
      ),
      CHECKS,
    )
    expect(passed).toContain('alarms may publish to the topic')
  })

  test('name every delivery that failed, with how many of how many', () => {
    const deliveries = { ...healthyRegion.deliveries, bucket: { success: 1_999, failure: 1 } } as never
    const [finding] = examine(factsWith({ deliveries }), CHECKS).findings
    expect(finding?.title).toContain('1 of 2,000 deliveries to the bucket')
  })

  test('tell who has yet to confirm, and how: a webhook answers, a person opens a message', () => {
    const waiting = ['have https://events.example.com/… answer']
    const one = { ...heard, pending: 1, waiting }
    const [inPart] = examine(factsWith({ topic: one }), CHECKS).findings
    expect(inPart).toMatchObject({ code: 'alarms-unconfirmed', severity: 'warning', fix: waiting[0] })
    const [unheard] = examine(factsWith({ topic: { ...one, confirmed: 0 } }), CHECKS).findings
    expect(unheard).toMatchObject({ severity: 'error', fix: expect.stringContaining('https://events.example.com/…') })
    const [others] = examine(factsWith({ topic: { ...one, confirmed: 0, waiting: [] } }), CHECKS).findings
    expect(others?.fix).toContain('SubscribeURL')
  })

  test('of a topic that is not ours: name the statement it lacks, and do not send anybody to setup', () => {
    const theirs = { ...heard, ours: false, confirmed: 0, lacks: ['{"Sid":"AllowCloudWatchAlarms"}'] }
    const { findings } = examine(factsWith({ topic: theirs }), CHECKS)
    expect(findings.map(({ code }) => code)).toEqual(['alarms-unsubscribed', 'topic-policy'])
    expect(findings[0]?.fix).toContain(theirs.arn)
    expect(findings[1]?.fix).toContain('AllowCloudWatchAlarms')
    expect(findings.map(({ fix }) => fix).join()).not.toContain('bedrock-monitor setup')
  })

  test('put errors before warnings', () => {
    const facts = factsWith({
      topic: undefined,
      usage: { invocations: 0, mantleCalls: 3, unpriced: ['m'] },
      logging: null,
    })
    const severities = examine(facts, CHECKS).findings.map(({ severity }) => severity)
    expect(severities).toEqual(['error', 'warning', 'warning'])
  })

  test('say nothing of what is not known, and never fail, whatever is missing', () => {
    const keys = ['logging', 'usage', 'deliveries', 'coverage', 'topic'] as const
    fc.assert(
      fc.property(fc.subarray([...keys]), (unknown) => {
        const region = Object.fromEntries(unknown.map((key) => [key, undefined])) as Partial<RegionFacts>
        const { findings, passed } = examine(factsWith(region), CHECKS)
        expect(findings).toEqual([])
        expect(passed.length).toBeLessThanOrEqual(CHECKS.length - (unknown.includes('usage') ? 3 : 0))
      }),
    )
  })
})

describe('the hours in which metrics and log can be compared', () => {
  const asked = { start: 0, end: 25 * HOUR_MS }

  test.each([
    ['a whole day', 0, 25 * HOUR_MS, { start: 0, end: 24 * HOUR_MS }],
    ['from the hour after the group was made', 90 * 60_000, 25 * HOUR_MS, { start: 2 * HOUR_MS, end: 24 * HOUR_MS }],
    ['up to an hour that all has arrived of', 0, 24.5 * HOUR_MS, { start: 0, end: 24 * HOUR_MS }],
    ['none right after the setup', 24.5 * HOUR_MS, 25 * HOUR_MS, undefined],
  ])('%s', (_title, createdAt, now, expected) => {
    expect(comparable(asked, createdAt, now)).toEqual(expected)
  })
})
