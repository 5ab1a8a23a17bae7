import { inviteFixture } from './invite-fixture.js';
import { redeemFixture } from './redeem-fixture.js';
import { returnFixture } from './return-fixture.js';
import { saleFixture } from './sale-fixture.js';

/** What clerks work on: `limited` says why this counter may use less than a member has. */
export const workFixture = (limited: string | null) => ({
  ...saleFixture(limited),
  ...redeemFixture(limited),
  ...returnFixture(limited),
  ...inviteFixture(),
});

export default workFixture;
