"""The rules after default are agreed on too: they never change once a debt is booked."""

from django.db import migrations

BEFORE = (
    "debt_id, source, external_id, party_id, product_version_id, currency, principal, disbursed_on, ladder, allocation,"
    " grace_days, grace_amount, penalty_rate_ppm, penalty_days_in_year, penalty_base, penalty_fixed, penalty_cap, terms,"
    " import_batch_id"
)
AGREED = BEFORE + (
    ", compound_rate_ppm, refund_order, refund_fee, pause_resets, dispute_resets, accelerate_after_days, late_allocation,"
    " late_allocation_days, non_accrual_days, subsidy, subsidy_payer, upgrade, retail"
)


def _guard(columns: str) -> str:
    return f"""
DROP TRIGGER book_debt_only_grows ON book_debt;
CREATE TRIGGER book_debt_only_grows BEFORE DELETE OR UPDATE OF {columns} ON book_debt
  FOR EACH ROW EXECUTE FUNCTION book_history_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("book", "0003_after_default")]

    operations = [migrations.RunSQL(_guard(AGREED), _guard(BEFORE))]
