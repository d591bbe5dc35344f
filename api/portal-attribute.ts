import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';

const portalKey = defineSearchAttributeKey('PortalId', SearchAttributeType.KEYWORD);

/** `PortalId` for Temporal's list of workflows: our id, nothing personal. */
export const toPortalAttribute = (portalId: string): TypedSearchAttributes =>
  new TypedSearchAttributes([{ key: portalKey, value: portalId }]);
