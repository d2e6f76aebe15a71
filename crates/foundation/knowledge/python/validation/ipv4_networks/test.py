import pytest

from ipv4_networks import NetworkInfo, contains, describe_network, is_ipv4, most_specific


def test_valid_addresses():
    assert is_ipv4("192.168.0.1") is True
    assert is_ipv4("0.0.0.0") is True
    assert is_ipv4("255.255.255.255") is True


@pytest.mark.parametrize("text", ["256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4/24", " 1.2.3.4", "", "::1"])
def test_invalid_addresses(text):
    assert is_ipv4(text) is False


def test_facts_about_a_network():
    assert describe_network("192.168.1.0/24") == NetworkInfo(
        "192.168.1.0/24", "255.255.255.0", "192.168.1.1", "192.168.1.254", 254, True
    )
    assert describe_network("8.8.8.0/255.255.255.252") == NetworkInfo(
        "8.8.8.0/30", "255.255.255.252", "8.8.8.1", "8.8.8.2", 2, False
    )


def test_smallest_networks():
    assert describe_network("10.0.0.7/32") == NetworkInfo(
        "10.0.0.7/32", "255.255.255.255", "10.0.0.7", "10.0.0.7", 1, True
    )
    info = describe_network("10.0.0.6/31")
    assert (info.first, info.last, info.hosts) == ("10.0.0.6", "10.0.0.7", 2)


def test_host_bits_need_permission():
    with pytest.raises(ValueError, match="'10.0.0.5/8' has host bits set; did you mean 10.0.0.0/8?"):
        describe_network("10.0.0.5/8")
    assert describe_network("10.0.0.5/8", strict=False).network == "10.0.0.0/8"


def test_membership():
    assert contains("10.0.0.0/8", "10.200.3.4") is True
    assert contains("10.0.0.0/8", "11.0.0.1") is False
    with pytest.raises(ValueError):
        contains("10.0.0.0/8", "nonsense")
    with pytest.raises(ValueError, match="host bits set"):
        contains("10.0.0.5/8", "10.0.0.5")


def test_most_specific_block_wins():
    blocks = ["0.0.0.0/0", "10.1.0.0/16", "10.0.0.0/8"]
    assert most_specific(blocks, "10.1.2.3") == "10.1.0.0/16"
    assert most_specific(blocks, "10.2.0.1") == "10.0.0.0/8"
    assert most_specific(blocks[1:], "192.0.2.1") is None


def test_malformed_networks():
    with pytest.raises(ValueError, match="has no prefix length"):
        describe_network("10.0.0.0")
    with pytest.raises(ValueError, match="malformed network '10.0.0.0/33'"):
        describe_network("10.0.0.0/33")
    with pytest.raises(ValueError, match="malformed network"):
        contains("10.0.0/8", "10.0.0.1")
