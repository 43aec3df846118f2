import { addDeal } from './add-deal.ts';
import { callCrm } from './call-crm.ts';
import { discountMutations, installmentMutations } from './deal-parts.ts';
import { addDealFollower, addDealParticipant, deleteDealFollower, deleteDealParticipant } from './deal-people.ts';
import { addDealProducts, deleteAllDealProducts, deleteDealProducts, updateDealProduct } from './deal-products.ts';
import { deleteDeal, deleteDeals } from './delete-deals.ts';
import { duplicateDeal } from './duplicate-deal.ts';
import { mergeDeals } from './merge-deals.ts';
import type { AnyMutation } from './mutation.ts';
import { undoOperation } from './undo-operation.ts';
import { updateDeal } from './update-deal.ts';

/** All mutations there are. */
export const mutations: readonly AnyMutation[] = [
  addDeal,
  updateDeal,
  mergeDeals,
  duplicateDeal,
  deleteDeal,
  deleteDeals,
  addDealProducts,
  updateDealProduct,
  deleteDealProducts,
  deleteAllDealProducts,
  ...Object.values(discountMutations),
  ...Object.values(installmentMutations),
  addDealFollower,
  deleteDealFollower,
  addDealParticipant,
  deleteDealParticipant,
  callCrm,
  undoOperation,
];
