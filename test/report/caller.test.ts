import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { CALLER_PATTERNS, callerOf } from '../../src/report/caller.ts'
import { CALLERS } from '../support/callers.ts'

describe('a caller is told by its ARN', () => {
  it.each(CALLERS)('$what', ({ arn, role, user }) => {
    expect(callerOf(arn)).toEqual({ role, user })
  })
})

const name = fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,40}$/)
const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-eusc')
const account = fc.stringMatching(/^\d{12}$/)

test('however many sessions a role has, it is one', () => {
  fc.assert(
    fc.property(partition, account, name, fc.uniqueArray(name, { minLength: 1 }), (aws, id, role, sessions) => {
      fc.pre(!/^AWSReservedSSO_.+_[0-9a-f]{16}$/.test(role))
      const roles = sessions.map((session) => callerOf(`arn:${aws}:sts::${id}:assumed-role/${role}/${session}`).role)
      expect([...new Set(roles)]).toEqual([role])
    }),
  )
})

test('a permission set is one role in every account, and each person in it a user', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{16}$/)
  fc.assert(
    fc.property(
      partition,
      account,
      fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,32}$/),
      hex,
      name,
      (aws, id, set, digits, person) => {
        const arn = `arn:${aws}:sts::${id}:assumed-role/AWSReservedSSO_${set}_${digits}/${person}`
        expect(callerOf(arn)).toEqual({ role: `AWSReservedSSO_${set}`, user: person })
      },
    ),
  )
})

test('an IAM user is told without its path, and is no role', () => {
  fc.assert(
    fc.property(partition, account, fc.array(name, { maxLength: 3 }), name, (aws, id, path, user) => {
      expect(callerOf(`arn:${aws}:iam::${id}:user/${[...path, user].join('/')}`)).toEqual({ role: '', user })
    }),
  )
})

test('whatever a record has for an identity, something or nothing is told, and the same each time', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        name.map((text) => `arn:aws:sts::1:${text}`),
      ),
      (arn) => {
        const { role, user } = callerOf(arn)
        expect([typeof role, typeof user]).toEqual(['string', 'string'])
        expect(callerOf(arn)).toEqual({ role, user })
      },
    ),
  )
})

test('the patterns are plain enough for any engine: none looks around or back, and each finds one thing', () => {
  for (const source of [...CALLER_PATTERNS.values()].flat()) {
    expect(source).not.toMatch(/\(\?<?[=!]|\\[1-9]/)
    expect(source.match(/\(\?<found>/g)).toHaveLength(1)
  }
})
