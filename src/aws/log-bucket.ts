export interface BucketNaming {
  accountId: string
  settings: {
    /** Empty: `{bucketPrefix}-{account}`. */
    bucketName: string
    bucketPrefix: string
  }
}

export const homeBucketName = ({ accountId, settings }: BucketNaming): string =>
  settings.bucketName || `${settings.bucketPrefix}-${accountId}`

/** Bucket names are one namespace: those of other Regions than the home Region end in their Region. */
export const bucketNameOf = (of: BucketNaming & { region: string; homeRegion: string | undefined }): string =>
  of.region === of.homeRegion ? homeBucketName(of) : `${homeBucketName(of)}-${of.region}`
