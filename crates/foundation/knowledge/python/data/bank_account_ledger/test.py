from decimal import Decimal

import pytest

from bank_account_ledger import Account, InsufficientFundsError, money


@pytest.fixture
def account():
    opened = Account("Ann")
    opened.deposit("100.10")
    return opened


def test_deposit_and_withdraw(account):
    assert account.deposit(50) == Decimal("150.10")
    assert account.withdraw("0.10") == Decimal("150.00")
    assert account.balance == Decimal("150.00")


def test_cents_add_up_exactly():
    account = Account("Ann")
    for _ in range(10):
        account.deposit("0.10")
    assert account.balance == Decimal("1.00")


def test_not_enough_money(account):
    with pytest.raises(InsufficientFundsError, match="100.11 requested, 100.10 available"):
        account.withdraw("100.11")
    assert account.balance == Decimal("100.10")


def test_overdraft():
    account = Account("Bob", overdraft=50)
    assert account.withdraw(50) == Decimal("-50.00")
    assert account.available == 0
    with pytest.raises(InsufficientFundsError):
        account.withdraw("0.01")


@pytest.mark.parametrize("amount", [0, -5, "0.001", "abc", "NaN", "Infinity", 1.5, "1e30"])
def test_bad_amounts(account, amount):
    with pytest.raises(ValueError):
        money(amount)
    with pytest.raises(ValueError):
        account.deposit(amount)


def test_transfer(account):
    bob = Account("Bob")
    account.transfer(bob, 40)
    assert (account.balance, bob.balance) == (Decimal("60.10"), Decimal("40.00"))
    with pytest.raises(InsufficientFundsError):
        account.transfer(bob, 1000)
    assert (account.balance, bob.balance) == (Decimal("60.10"), Decimal("40.00"))


def test_transfer_to_itself(account):
    with pytest.raises(ValueError, match="same account"):
        account.transfer(account, 1)


def test_interest(account):
    assert account.add_interest("2.5") == Decimal("2.50")
    assert account.balance == Decimal("102.60")
    assert Account("Empty").add_interest(5) == 0


def test_statement(account):
    account.withdraw("50.10", "rent")
    assert account.statement() == [
        "deposit                   +100.10       100.10",
        "rent                       -50.10        50.00",
    ]


def test_owner_is_required():
    with pytest.raises(ValueError, match="needs an owner"):
        Account("  ")
