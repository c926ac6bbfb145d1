/// What updates of the hardware vendors need beside the regional lists, in the state of 2025-03-19.
extension EndpointRow {
    static let vendors: [HardwareVendor: [EndpointRow]] = [
        .dataON: [
            EndpointRow(
                "dataonsbe.blob.core.windows.net/sbe-manifest/SBE_Discovery_DataON.xml", 443, .hardwareVendor, .no,
                .always, feature: .hardwareVendor),
            EndpointRow(
                "aka.ms/AzureStackSBEUpdate/DataON", 443, .hardwareVendor, .no, .always, feature: .hardwareVendor),
            EndpointRow(
                "dataonsbe.azurewebsites.net/download", 443, .hardwareVendor, .no, .always, feature: .hardwareVendor),
        ],
        .dell: [
            EndpointRow(
                "downloads.dell.com/folderdatastore/apex-cp-azure/prod01/SBE_Discovery_Dell.xml", 443, .hardwareVendor,
                .no, .always, feature: .hardwareVendor),
            EndpointRow(
                "aka.ms/AzureStackSBEUpdate/DellEmc", 443, .hardwareVendor, .no, .always, feature: .hardwareVendor),
            EndpointRow("crl3.digicert.com", 80, .hardwareVendor, .no, .always, feature: .hardwareVendor),
            EndpointRow("crl4.digicert.com", 80, .hardwareVendor, .no, .always, feature: .hardwareVendor),
        ],
        .hitachi: [
            EndpointRow(
                "download.hitachivantara.com/ucpasbe/xml/SBE_Discovery_HitachiVantara.xml", 443, .hardwareVendor, .no,
                .always, feature: .hardwareVendor),
            EndpointRow(
                "aka.ms/AzureStackSBEUpdate/HitachiVantara", 443, .hardwareVendor, .no, .always,
                feature: .hardwareVendor),
        ],
        .hpe: [
            EndpointRow(
                "h41380.www4.hpe.com/hpe/microsoft/SBE_Discovery_HPE.xml", 443, .hardwareVendor, .no, .always,
                feature: .hardwareVendor),
            EndpointRow(
                "h41380.www4.hpe.com/hpe/SBE/SBE_Discovery_HPE.xml", 443, .hardwareVendor, .no, .always,
                feature: .hardwareVendor),
            EndpointRow("aka.ms/AzureStackSBEUpdate/HPE", 443, .hardwareVendor, .no, .always, feature: .hardwareVendor),
            EndpointRow(
                "aka.ms/AzureStackSBEUpdate/HPE-ProLiant-Standard", 443, .hardwareVendor, .no, .always,
                feature: .hardwareVendor),
            EndpointRow("h30302.www3.hpe.com/pub", 443, .hardwareVendor, .no, .always, feature: .hardwareVendor),
        ],
        .lenovo: [
            EndpointRow(
                "thinkagile.lenovo.com/MX/SBE/SBE_Discovery_Lenovo.xml", 443, .hardwareVendor, .no, .always,
                feature: .hardwareVendor),
            EndpointRow(
                "aka.ms/AzureStackSBEUpdate/Lenovo", 443, .hardwareVendor, .no, .always, feature: .hardwareVendor),
            EndpointRow(
                "thinkagile.lenovo.com/MX/SBE/Lenovo_DownloadConnector_Matrix.xml", 443, .hardwareVendor, .no, .always,
                feature: .hardwareVendor),
            EndpointRow("aka.ms/LenovoSBEDownloadMatrix", 443, .hardwareVendor, .no, .always, feature: .hardwareVendor),
        ],
    ]
}
