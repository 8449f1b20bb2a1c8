# Runs only in the guest, with the packages installed there.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
"""Virtual Bluetooth controllers and the link between them, with fixes for gaps in Bumble 0.0.236."""

import asyncio

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.link import LocalLink


class Air(LocalLink):
    """Delivers data with the address with which the connection was made.

    Bumble uses every sender's random address, but BlueZ connects from the public one, so that the receiver
    would find no connection for the packet and drop it.
    """

    def send_acl_data(self, sender_controller, destination_address, transport, data):
        if transport != PhysicalTransport.LE:
            super().send_acl_data(sender_controller, destination_address, transport, data)
            return
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection and receiver:
            asyncio.get_running_loop().call_soon(
                receiver.on_link_acl_data, connection.self_address, transport, data
            )

    def send_ll_control_pdu(self, sender_address, receiver_address, packet):
        if self.find_le_controller(receiver_address):  # otherwise it has left meanwhile
            super().send_ll_control_pdu(sender_address, receiver_address, packet)


class LowEnergyController(Controller):
    """Bluetooth 4.2 with LE only, similar to a Raspberry Pi Zero W."""

    hci_version = lmp_version = hci.HCI_VERSION_BLUETOOTH_CORE_4_2
    le_features = (
        hci.LeFeatureMask.LE_ENCRYPTION
        | hci.LeFeatureMask.CONNECTION_PARAMETERS_REQUEST_PROCEDURE
        | hci.LeFeatureMask.EXTENDED_REJECT_INDICATION
        | hci.LeFeatureMask.PERIPHERAL_INITIATED_FEATURE_EXCHANGE
        | hci.LeFeatureMask.LE_PING
        | hci.LeFeatureMask.LE_DATA_PACKET_LENGTH_EXTENSION
    )

    def lose_links(self, peer=None):
        """End all connections (or those to one peer) as by supervision timeout."""
        for connection in list(self.le_connections.values()):
            if peer is None or connection.peer_address == peer:
                self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)

    def on_le_disconnected(self, connection, reason):
        if (
            self.le_connections.get(connection.peer_address) is connection
        ):  # both sides may disconnect at once
            super().on_le_disconnected(connection, reason)


class Adapter(LowEnergyController):
    """The controller that the kernel uses through /dev/vhci; to BlueZ it is an ordinary adapter."""

    def on_hci_le_create_connection_cancel_command(self, command):
        """Cancel the attempt; Bumble would leave it pending and reject every later one."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        cancelled = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, cancelled)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_reset_command(self, command):
        """End scan and connections without notice; peers detect it by supervision timeout."""
        self.le_scan_enable = False
        self.pending_le_connection = None
        self.leave()
        return super().on_hci_reset_command(command)

    def leave(self):
        """Drop all connections without notifying the host; peers see a supervision timeout."""
        for connection in list(self.le_connections.values()):
            if peer := self.link.find_le_controller(connection.peer_address):
                peer.lose_links(connection.self_address)
        self.le_connections.clear()


class StrapController(LowEnergyController):
    """The controller of a strap."""

    refuses = False
    """reject new connections, as a strap does that has no free connection"""

    def on_le_connect_ind(self, packet):
        if self.refuses and packet.advertiser_address == self.le_legacy_advertiser.address:
            refusal = ll.TerminateInd(hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)
            self.link.send_ll_control_pdu(packet.advertiser_address, packet.initiator_address, refusal)
            return
        super().on_le_connect_ind(packet)

    def leave(self):
        """Go out of range: both sides see a supervision timeout."""
        for connection in list(self.le_connections.values()):
            if peer := self.link.find_le_controller(connection.peer_address):
                peer.lose_links(connection.self_address)
        self.lose_links()
