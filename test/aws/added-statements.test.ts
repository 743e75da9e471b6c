import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type PolicyDocument, readPolicy, type Statement, withAdded, withoutAdded } from '../../src/aws/policy.ts'

describe('our statements in a document of somebody else', () => {
  const ours = (name: string, where = '*'): Statement => ({
    Sid: name,
    Effect: 'Allow',
    Action: [`ours:${name}`],
    Resource: [where],
  })
  const sidsOf = ({ Statement: all }: PolicyDocument) =>
    [all].flat().flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]))
  const isUnique = (sids: readonly unknown[]) => new Set(sids).size === sids.length
  const words = fc.oneof(fc.constantFrom('a:B', 'c:D'), fc.array(fc.constantFrom('a:B', 'c:D'), { minLength: 1 }))
  const his = fc.record(
    {
      Sid: fc.constantFrom('His', 'BesideOne', 'One', 'OneAdded', 'OneAdded2', 'OneBesideOne'),
      Effect: fc.constant('Allow'),
      Action: words,
      Resource: words,
    },
    { requiredKeys: ['Effect', 'Action', 'Resource'] },
  )
  const documents = fc.record(
    { Version: fc.constant('2008-10-17'), Id: fc.constant('his'), Statement: fc.oneof(his, fc.array(his)) },
    { requiredKeys: ['Statement'] },
  )

  test('leave it as it was written when they are taken out, in whatever order they came and however often', () => {
    const order = fc.array(fc.subarray(['One', 'Two'], { minLength: 1 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(documents, order, (document, runs) => {
        const before = readPolicy(JSON.stringify(document))
        let stands = before
        for (const names of runs) {
          const next = withAdded(
            stands,
            names.map((name) => ours(name)),
          )
          // Once there, they are there: another run changes nothing.
          expect(
            withAdded(
              next,
              names.map((name) => ours(name)),
            ),
          ).toEqual(next)
          stands = readPolicy(JSON.stringify(next))
        }
        // A Sid may be in a policy once.
        if (isUnique(sidsOf(before))) expect(isUnique(sidsOf(stands))).toBe(true)
        expect(
          JSON.parse(
            JSON.stringify(
              withoutAdded(
                stands,
                ['One', 'Two'].map((name) => ours(name)),
              ),
            ),
          ),
        ).toEqual(document)
      }),
    )
  })

  test('and what somebody adds meanwhile stays beside his one statement', () => {
    const alone = { Effect: 'Allow', Action: 'a:B', Resource: '*' }
    const { Statement: all, ...rest } = withAdded(readPolicy(JSON.stringify({ Statement: alone })), [ours('One')])
    const more = readPolicy(JSON.stringify({ ...rest, Statement: [all, { ...alone, Sid: 'New' }].flat() }))
    expect(withoutAdded(more, [ours('One')]).Statement).toEqual([alone, { ...alone, Sid: 'New' }])
    const none = withAdded(readPolicy(undefined), [ours('One')])
    expect(withoutAdded({ ...none, Statement: [none.Statement, alone].flat() }, [ours('One')]).Statement).toEqual([
      alone,
    ])
  })

  test('take the place of those that an earlier setup has added for other resources', () => {
    const alone = { Effect: 'Allow', Action: 'a:B', Resource: '*' }
    const first = withAdded(readPolicy(JSON.stringify({ Statement: [alone] })), [ours('One', 'first')])
    const second = withAdded(first, [ours('One', 'second')])
    expect(second.Statement).toEqual([alone, { ...ours('One', 'second'), Sid: 'OneAdded' }])
    expect(withoutAdded(second, [ours('One', 'third')]).Statement).toEqual([alone])
  })
})
