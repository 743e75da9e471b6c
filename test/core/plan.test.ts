import { describe, expect, test } from '@jest/globals'
import type { Context } from '../../src/core/context.ts'
import { AppError } from '../../src/core/errors.ts'
import { planApply, planRemove, unsettled } from '../../src/core/plan.ts'
import type { Owner, Resource } from '../../src/core/resource.ts'

const cx: Context = {
  clock: { now: () => 0, sleep: async () => {} },
  signal: new AbortController().signal,
  emit: () => {},
}

/** A resource that wants 5 and is observed as given. */
function thing(observed: { state: number; owner: Owner } | undefined, holdsData = false): Resource<number> {
  return {
    step: '1',
    type: 'thing',
    name: 'it',
    region: 'here',
    holdsData,
    needs: [],
    desired: () => 5,
    adopted: () => 5,
    foreign: { because: 'it is not ours', hint: 'rename', replaceable: true },
    permissions: () => ({ read: [], write: [], remove: [] }),
    read: async () => observed && { state: observed.state, owner: async () => observed.owner },
    write: async () => {},
    remove: async () => {},
  }
}

describe('planApply', () => {
  test.each([
    ['creates what is missing', undefined, false, 'create', 0],
    ['leaves alone what stands as it should', { state: 5, owner: 'ours' }, false, 'none', 0],
    ['updates what differs', { state: 4, owner: 'ours' }, false, 'update', 1],
    [
      'adopts what nobody marked, even when it stands as it should',
      { state: 5, owner: 'unmarked' },
      false,
      'update',
      1,
    ],
    ['maintains what it adopted', { state: 4, owner: 'adopted' }, false, 'update', 1],
    ['is blocked by what is foreign', { state: 4, owner: 'foreign' }, false, 'blocked', 1],
    ['replaces what is foreign when told to', { state: 4, owner: 'foreign' }, true, 'update', 1],
  ] as const)('%s', async (_title, observed, replaceForeign, action, changes) => {
    const [item] = await planApply(cx, [thing(observed)], { replaceForeign })
    expect(item?.action).toBe(action)
    expect(item?.changes).toHaveLength(changes)
  })

  test('a resource that cannot be read is an item with its error and stops no other', async () => {
    const unreadable: Resource<number> = {
      ...thing(undefined),
      read: async () => {
        throw new AppError('aws', 'AccessDenied', 'no')
      },
    }
    const items = await planApply(cx, [unreadable, thing(undefined)])
    expect(items.map(({ action, changes, error }) => [action, changes, error?.code])).toEqual([
      ['none', [], 'AccessDenied'],
      ['create', [], undefined],
    ])
  })
})

describe('what is planned of one resource', () => {
  const adoption = { path: 'owner', from: 'unmarked', to: 'adopted' }
  const change = { path: '', from: 4, to: 5 }
  const foreign = 'it is not ours'

  test.each([
    ['is missing', undefined, {}, { action: 'create', changes: [] }],
    ['is ours and differs', { state: 4, owner: 'ours' }, {}, { action: 'update', changes: [change] }],
    ['nobody marked', { state: 4, owner: 'unmarked' }, {}, { action: 'update', changes: [change, adoption] }],
    ['nobody marked and is right', { state: 5, owner: 'unmarked' }, {}, { action: 'update', changes: [adoption] }],
    [
      'is foreign and right',
      { state: 5, owner: 'foreign' },
      {},
      { action: 'blocked', changes: [], reason: foreign, hint: 'rename' },
    ],
    [
      'is foreign',
      { state: 4, owner: 'foreign' },
      {},
      { action: 'blocked', changes: [change], reason: foreign, hint: 'rename' },
    ],
    [
      'is foreign and to be replaced',
      { state: 4, owner: 'foreign' },
      { replaceForeign: true },
      { action: 'update', changes: [change] },
    ],
  ] as const)('that %s: what is to be done, why, and what stands', async (_title, observed, options, expected) => {
    const resource = thing(observed)
    expect(await planApply(cx, [resource], options)).toStrictEqual([
      { resource, readAt: 0, ...(observed && { have: observed }), ...expected },
    ])
  })
})

describe('planRemove', () => {
  test.each([
    ['has nothing to do for what is missing', undefined, {}, 'none', undefined],
    ['removes what is ours', { state: 5, owner: 'ours' }, {}, 'remove', undefined],
    [
      'leaves what is foreign, whatever the flags',
      { state: 5, owner: 'foreign' },
      { includeAdopted: true },
      'none',
      /not ours/,
    ],
    ['leaves what was adopted', { state: 5, owner: 'adopted' }, {}, 'none', /before us/],
    ['leaves what nobody marked', { state: 5, owner: 'unmarked' }, {}, 'none', /before us/],
    [
      'removes what was adopted when told to',
      { state: 5, owner: 'adopted' },
      { includeAdopted: true },
      'remove',
      undefined,
    ],
    ['leaves data when told to', { state: 5, owner: 'ours' }, { keepData: true }, 'none', /holds data/],
  ] as const)('%s', async (_title, observed, options, action, reason) => {
    const [item] = await planRemove(cx, [thing(observed, true)], options)
    expect([item?.action, item?.changes]).toEqual([action, []])
    if (reason) expect(item?.reason).toMatch(reason)
    else expect(item?.reason).toBeUndefined()
  })
})

describe('what is left when what was there before us, or serves others too, lets go of ours', () => {
  const before = 'kept: it was there before us (--include-adopted removes it)'
  const letsGo = (have: number): Partial<Resource<number>> => ({ released: () => have, release: async () => {} })
  const untagged = { path: 'owner', from: 'adopted', to: 'unmarked' }
  const because = 'it was there before us: what we added goes, the rest stays'
  const leaves = (remainder: number | undefined): Partial<Resource<number>> => ({ remainder: () => remainder })

  const unusable: Partial<Resource<number>> = {
    concerns: () => [{ code: 'role-with-path', message: 'a path', hint: '', stops: 'apply' }],
  }

  test.each([
    [
      'adopted, holding on to ours, lets go',
      'adopted',
      letsGo(3),
      {},
      { action: 'update', changes: [{ path: '', from: 4, to: 3 }, untagged], reason: because },
    ],
    [
      'adopted, holding on to nothing of ours, loses our mark',
      'adopted',
      letsGo(4),
      {},
      { action: 'update', changes: [untagged], reason: because },
    ],
    ['unmarked, it is not touched', 'unmarked', letsGo(3), {}, { action: 'none', changes: [], reason: before }],
    [
      'what setup could not adopt as it stands is not ours, whatever is told',
      'unmarked',
      unusable,
      { includeAdopted: true },
      { action: 'none', changes: [], reason: 'kept: it is not ours: a path' },
    ],
    ['adopted goes when told to', 'adopted', letsGo(3), { includeAdopted: true }, { action: 'remove', changes: [] }],
    ['ours goes', 'ours', letsGo(3), {}, { action: 'remove', changes: [] }],
    ['serving nobody else it goes', 'ours', leaves(undefined), {}, { action: 'remove', changes: [] }],
    [
      'serving others it is cut down to what is theirs',
      'ours',
      leaves(1),
      {},
      { action: 'update', changes: [{ path: '', from: 4, to: 1 }] },
    ],
    [
      'serving others only, it stays',
      'ours',
      leaves(4),
      {},
      { action: 'none', changes: [], reason: 'kept: what is left of it is not ours, or other Regions use it' },
    ],
    [
      'what holds no data goes, whatever is to be kept',
      'ours',
      {},
      { keepData: true },
      { action: 'remove', changes: [] },
    ],
  ] as const)('%s', async (_title, owner, more, options, expected) => {
    const resource = { ...thing({ state: 4, owner }), ...more }
    expect(await planRemove(cx, [resource], options)).toStrictEqual([
      { resource, readAt: 0, have: { state: 4, owner }, ...expected },
    ])
  })

  test('data that is kept is kept whole: nothing is cut down of it', async () => {
    const resource = { ...thing({ state: 4, owner: 'ours' }, true), ...leaves(1) }
    expect(await planRemove(cx, [resource], { keepData: true })).toMatchObject([
      { action: 'none', changes: [], reason: 'kept: it holds data (--keep-data)' },
    ])
  })
})

test('an option that nobody asked for is not looked at, but by a cleanup, which removes it', async () => {
  const optional = (observed: Parameters<typeof thing>[0]) => ({ ...thing(observed), wanted: false })
  const standing = optional({ state: 4, owner: 'ours' })
  expect(await planApply(cx, [optional(undefined), standing])).toEqual([])
  expect(await planRemove(cx, [optional(undefined), standing])).toMatchObject([
    { resource: standing, action: 'remove' },
  ])
  const unreadable = { ...optional(undefined), read: () => Promise.reject(new Error('no')) }
  expect(await planApply(cx, [unreadable])).toEqual([])
  expect(await planRemove(cx, [unreadable])).toMatchObject([{ error: { message: 'no' } }])
})

test.each([
  ['ours goes', 'ours', 'remove'],
  ['adopted stays', 'adopted', 'none'],
  ['unmarked stays', 'unmarked', 'none'],
  ['foreign stays', 'foreign', 'none'],
] as const)('of what must not stand without being asked for, what is %s', async (_, owner, action) => {
  const retired = (wanted: boolean) => ({ ...thing({ state: 5, owner }), retires: true, wanted })
  expect(await planApply(cx, [retired(false)])).toMatchObject([{ action, changes: [] }])
  expect((await planApply(cx, [retired(true)]))[0]?.action).not.toBe('remove')
  expect(await planApply(cx, [{ ...thing(undefined), retires: true, wanted: false }])).toEqual([])
})

test("an option that nobody asked for and that may not be looked at is in nobody's way; to a cleanup that is a warning", async () => {
  const warnings: unknown[] = []
  const hearing: Context = { ...cx, emit: (event) => warnings.push(event.type === 'warning' && event.warning) }
  const refusing = (transient: boolean) => ({
    ...thing(undefined),
    wanted: false,
    retires: true,
    read: () => Promise.reject(new AppError('aws', 'AccessDeniedException', 'no', { transient })),
  })
  expect(await planApply(hearing, [refusing(false)])).toEqual([])
  expect(warnings).toEqual([])
  expect(await planRemove(hearing, [refusing(false)])).toEqual([])
  expect(warnings).toEqual([
    { code: 'not-looked-at', message: 'could not be read, so not removed if they exist: thing it; no' },
  ])
  // Nor is one that CloudWatch fails to answer for.
  expect(await planApply(hearing, [refusing(true)])).toEqual([])
})

test('several that may not be looked at for one cause are one warning', async () => {
  const warnings: unknown[] = []
  const hearing: Context = { ...cx, emit: (event) => warnings.push(event.type === 'warning' && event.warning.message) }
  const refusing = (name: string) => ({
    ...thing(undefined),
    name,
    wanted: false,
    read: () => Promise.reject(new AppError('aws', 'InternalFailure', 'down', { transient: true })),
  })
  await planRemove(hearing, ['a', 'b'].map(refusing))
  expect(warnings).toEqual(['could not be read, so not removed if they exist: 2 things (a, b); down'])
})

describe('what was there before us', () => {
  const stood = (more: Partial<Resource<number>>, owner: Owner = 'unmarked') => ({
    ...thing({ state: 4, owner }),
    adopted: (have: number) => have,
    ...more,
  })
  const concern = (stops?: 'adopt' | 'apply' | 'remove') => ({
    concerns: () => [
      { code: 'alarm-differs' as const, message: 'it is odd', hint: 'even it', ...(stops && { stops }) },
    ],
  })

  test('is used as it stands, or with what ours needs beside it', async () => {
    expect(await planApply(cx, [stood({})])).toMatchObject([{ changes: [{ path: 'owner' }] }])
    const [item] = await planApply(cx, [stood({ adopted: (have) => have + 1 })])
    expect(item?.changes).toEqual([
      { path: '', from: 4, to: 5 },
      { path: 'owner', from: 'unmarked', to: 'adopted' },
    ])
    expect((await planApply(cx, [stood({ adopted: () => 4 }, 'adopted')]))[0]?.action).toBe('none')
  })

  test.each([
    ['adopt', 'unmarked', {}, 'blocked'],
    ['adopt', 'unmarked', { adopt: true }, 'update'],
    ['adopt', 'adopted', {}, 'none'],
    ['adopt', 'ours', {}, 'update'],
    ['apply', 'unmarked', { adopt: true }, 'blocked'],
    ['apply', 'ours', {}, 'blocked'],
    ['remove', 'unmarked', {}, 'update'],
    [undefined, 'unmarked', {}, 'update'],
  ] as const)('what stops %s, of one that is %s, with %j: %s', async (stops, owner, options, action) => {
    const [item] = await planApply(cx, [stood(concern(stops), owner)], options)
    expect(item?.action).toBe(action)
    if (action === 'blocked') expect(item).toMatchObject({ reason: 'it is odd', hint: 'even it' })
  })

  test.each([
    ['ours', 'blocked'],
    ['adopted', 'none'],
  ] as const)('what stops its removal stops that of what is %s: %s', async (owner, action) => {
    expect((await planRemove(cx, [stood(concern('remove'), owner)]))[0]?.action).toBe(action)
  })

  test('of somebody else is blocked with his own reason, and replaced where that can be undone', async () => {
    const foreign = (replaceable: boolean) =>
      stood({ foreign: { because: 'a stack made it', hint: 'rename', replaceable } }, 'foreign')
    expect(await planApply(cx, [foreign(false)], { replaceForeign: true, adopt: true })).toMatchObject([
      { action: 'blocked', reason: 'a stack made it', hint: 'rename' },
    ])
    expect((await planApply(cx, [foreign(true)], { replaceForeign: true }))[0]?.action).toBe('update')
    expect((await planRemove(cx, [foreign(true)], { includeAdopted: true }))[0]?.action).toBe('none')
  })

  test('a change that deletes data says so', async () => {
    const losing = { losses: (have: number, want: number) => `from ${have} to ${want}` }
    expect((await planApply(cx, [stood(losing, 'ours')]))[0]?.loses).toBe('from 4 to 5')
    expect((await planApply(cx, [stood(losing)]))[0]?.loses).toBeUndefined()
  })
})

test('unsettled gives what AWS still shows otherwise than it was written', async () => {
  const items = await planApply(cx, [
    thing({ state: 5, owner: 'ours' }),
    thing({ state: 4, owner: 'ours' }),
    thing(undefined),
  ])
  expect((await unsettled(cx, items)).map(({ changes }) => changes[0]?.from)).toEqual([4, undefined])
})
