/** An answer of the SDK's types, whose members all stand in it. */
export type Present<Output> = { [Member in keyof Output]-?: NonNullable<Output[Member]> }
